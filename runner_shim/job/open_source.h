#pragma once
// The sources of a job, as --source and --fallback spell them:
//   file:PATH              an encrypted store
//   yaml:PATH              connections.yaml
//   sidecar:PATH           the sidecar that listens there; also unix:PATH
//   https://HOST[:PORT]    a credential service; http:// on this machine only

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"
#include "injector/crypto/key.h"
#include "injector/sources/source.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/start_environment.h"

namespace runner_shim {

// Whether `spelled` is a store, for which a key is needed.
bool IsEncryptedFile(std::string_view spelled);
bool IsService(std::string_view spelled);
// Whether what it hands out must be renewed or given back while the job runs.
bool IsLeased(std::string_view spelled);

// The variables by which sources authenticate us: nothing for the command.
std::vector<std::string> SourceVariables(const JobOptions& options);

class SourceOpener {
 public:
  // Nothing is tried again after `deadline`. Both references must outlive it.
  SourceOpener(const JobOptions& options, const StartEnvironment& environment,
               std::chrono::steady_clock::time_point deadline)
      : options_(options), environment_(environment), deadline_(deadline) {}

  // kInvalidArgument for any other spelling, and for a service without repo or token. May wait for
  // the key file.
  injector::Result<std::unique_ptr<injector::Source>> Open(const std::string& spelled);

  // The key that stores have been opened with; nullptr: none.
  const injector::KeyText* key() const { return key_ ? &*key_ : nullptr; }
  // The token that services are asked with. Errors as ReadToken().
  injector::Result<injector::Secret> Token() const;

 private:
  injector::Result<std::unique_ptr<injector::Source>> OpenFile(std::string path);
  injector::Result<std::unique_ptr<injector::Source>> OpenService(const std::string& url) const;
  injector::Status FindKey();

  const JobOptions& options_;
  const StartEnvironment& environment_;
  const std::chrono::steady_clock::time_point deadline_;
  bool looked_for_key_ = false;
  std::optional<injector::KeyText> key_;
};

}  // namespace runner_shim
