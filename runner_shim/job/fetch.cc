#include "runner_shim/job/fetch.h"

#include <unistd.h>

#include <memory>
#include <optional>

#include "injector/crypto/key.h"
#include "injector/sources/encrypted_file/file_source.h"
#include "runner_shim/job/termination_watch.h"

namespace runner_shim {
namespace {

using injector::ConnectionManager;
using injector::EncryptedFileSource;
using injector::Error;
using injector::ErrorCode;
using injector::FetchedItems;
using injector::FetchRequest;
using injector::KeyText;
using injector::Result;
using injector::Source;

constexpr std::string_view kFileScheme = "file:";

Result<std::string> DefaultStore(const StartEnvironment& environment) {
  if (const std::string_view store = environment.Reveal("INJECTOR_STORE"); !store.empty()) {
    return std::string(store);
  }
  const std::string_view home = environment.Reveal("HOME");
  if (home.empty()) {
    return Error(ErrorCode::kFailedPrecondition, "no source: HOME is not set")
        .WithHint("name one with --source file:PATH or INJECTOR_STORE");
  }
  return std::string(home) + "/.config/injector/connections.enc.json";
}

// What stands here and is meant to be asked before the default store, but cannot be read by this
// version. Going on to the store would hand the job other credentials than the owner of the machine
// meant.
std::string_view UnreadableDefault() {
  for (const char* path : {"/run/injector", "connections.yaml", "osiris_connections.yaml"}) {
    if (::access(path, F_OK) == 0) return path;
  }
  return {};
}

Result<std::optional<KeyText>> FindKey(const JobOptions& options,
                                       const StartEnvironment& environment) {
  if (!options.key_file.empty()) {
    ASSIGN_OR_RETURN(KeyText key, KeyText::ReadFile(options.key_file));
    return std::optional<KeyText>(std::move(key));
  }
  const std::string_view text = environment.Reveal("PIPELINE_ENCRYPTION_KEY");
  if (text.empty()) return std::optional<KeyText>();
  Result<KeyText> key = KeyText::Parse(text);
  if (!key.ok()) return std::move(key).error().WithContext("PIPELINE_ENCRYPTION_KEY");
  return std::optional<KeyText>(std::move(key).value());
}

Result<FetchRequest> MakeRequest(const JobOptions& options) {
  FetchRequest request;
  for (const ConnectionOption& connection : options.connections) {
    ASSIGN_OR_RETURN(injector::Reference reference,
                     injector::Reference::Parse(connection.reference));
    request.connections.push_back({.reference = std::move(reference)});
  }
  for (const VariableOption& variable : options.variables) {
    request.variables.push_back({.key = variable.key});
  }
  return request;
}

Result<std::unique_ptr<Source>> OpenSource(const std::string& spelled,
                                           const std::optional<KeyText>& key) {
  if (!spelled.starts_with(kFileScheme) || spelled.size() == kFileScheme.size()) {
    return Error(ErrorCode::kInvalidArgument, "--source: expected file:PATH");
  }
  std::optional<KeyText> copy;
  if (key) copy = key->Clone();
  return std::unique_ptr<Source>(
      std::make_unique<EncryptedFileSource>(spelled.substr(kFileScheme.size()), std::move(copy)));
}

Error Expired(const JobOptions& options, const std::vector<std::string>& sources) {
  std::string names;
  for (const std::string& source : sources) names += (names.empty() ? "" : ", ") + source;
  return Error(ErrorCode::kDeadlineExceeded,
               "fetch credentials from " + names + ": not done within " +
                   std::to_string(options.fetch_timeout.count()) + " ms")
      .WithHint("a key file or a lock may be waited for; --fetch-timeout allows more time");
}

}  // namespace

Result<std::vector<std::string>> ChooseSources(const JobOptions& options,
                                               const StartEnvironment& environment) {
  if (!options.sources.empty()) return options.sources;
  if (const std::string_view found = UnreadableDefault(); !found.empty()) {
    return Error(ErrorCode::kFailedPrecondition,
                 std::string(found) + " is here, but this version reads only encrypted files")
        .WithHint("name the source with --source file:PATH or INJECTOR_SOURCE");
  }
  ASSIGN_OR_RETURN(const std::string store, DefaultStore(environment));
  return std::vector<std::string>{std::string(kFileScheme) + store};
}

Result<FetchedItems> FetchCredentials(const JobOptions& options,
                                      const StartEnvironment& environment,
                                      const InheritedState& inherited) {
  if (!options.asks_for_something()) return FetchedItems();
  ASSIGN_OR_RETURN(const std::vector<std::string> spelled, ChooseSources(options, environment));
  ASSIGN_OR_RETURN(
      const TerminationWatch watch,
      TerminationWatch::Start(inherited, options.fetch_timeout, Expired(options, spelled)));
  ASSIGN_OR_RETURN(const std::optional<KeyText> key, FindKey(options, environment));
  std::vector<std::unique_ptr<Source>> sources;
  for (const std::string& source : spelled) {
    ASSIGN_OR_RETURN(std::unique_ptr<Source> opened, OpenSource(source, key));
    sources.push_back(std::move(opened));
  }
  ASSIGN_OR_RETURN(const FetchRequest request, MakeRequest(options));
  ASSIGN_OR_RETURN(FetchedItems fetched, ConnectionManager(std::move(sources)).Fetch(request));
  if (!key) return fetched;
  for (const std::string& warning : key->warnings()) fetched.warnings.push_back(warning);
  return fetched;
}

std::vector<injector::ConnectionName> NamesOf(const FetchedItems& fetched) {
  std::vector<injector::ConnectionName> names;
  for (const auto& connection : fetched.connections) {
    if (connection) names.push_back(connection->item.name);
  }
  return names;
}

}  // namespace runner_shim
