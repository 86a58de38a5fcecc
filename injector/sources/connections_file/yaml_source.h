#pragma once
// A connections.yaml as a source. Variables come from the environment, then from the `.env` beside
// the file, which is read only when the environment does not have one.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/sources/connections_file/resolve.h"
#include "injector/sources/dotenv.h"
#include "injector/sources/source.h"

namespace injector {

// In the order in which they are looked for in a directory.
inline constexpr std::string_view kConnectionsFileNames[] = {"connections.yaml",
                                                             "osiris_connections.yaml"};

// The one of kConnectionsFileNames in the current directory that is read by default; nullopt when
// there is none.
std::optional<std::string> DefaultConnectionsFile();

// The file that `path` means: itself, or the one in that directory. kNotFound names what was looked
// for.
Result<std::string> LocateConnectionsFile(const std::string& path);

class YamlSource final : public Source {
 public:
  enum class LiteralSecrets { kWarn, kRefuse };

  // `path`: a file, or a directory that holds one of kConnectionsFileNames. Reads nothing yet.
  // `environment`, NAME=value each, must outlive this object.
  YamlSource(std::string path, std::span<const Secret> environment, LiteralSecrets literal_secrets);

  std::string Description() const override { return "yaml:" + path_; }
  // Reads the file anew on every call. Warnings of the file as a whole, and of the connections that
  // are asked for.
  Result<SourceAnswer> Fetch(const FetchRequest& request) override;
  Result<SourceListing> List() override;

 private:
  struct Opened {
    ConnectionsFile file;
    std::string directory;  // where it lies, ending in /; empty: here
    std::vector<std::string> warnings;
  };
  // The value of variables: the environment over `.env`.
  class Lookup;

  Result<Opened> Open() const;
  Status RefuseLiteralSecrets(const ConnectionsFile& file) const;

  std::string path_;
  std::span<const Secret> environment_;
  LiteralSecrets literal_secrets_;
};

}  // namespace injector
