#include "runner_shim/job/fetch.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "injector/crypto/key.h"
#include "injector/sources/connections_file/yaml_source.h"
#include "injector/sources/encrypted_file/file_source.h"
#include "injector/sources/environment_source.h"
#include "runner_shim/job/job_file_options.h"
#include "runner_shim/job/job_templates.h"
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
using injector::YamlSource;

constexpr std::string_view kFileScheme = "file:";
constexpr std::string_view kYamlScheme = "yaml:";
constexpr const char* kSidecarDirectory = "/run/injector";

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
    const JobFileEntry* details = connection.details.get();
    const bool optional = details != nullptr && details->connection.optional;
    request.connections.push_back(
        {.reference = std::move(reference),
         .presence = optional ? injector::Presence::kOptional : injector::Presence::kRequired});
  }
  for (const VariableOption& variable : options.variables) {
    request.variables.push_back({.key = variable.key});
  }
  if (!options.templates) return request;
  // Behind what the job is given. What is missing is said where the template is rendered.
  for (const injector::Reference& reference : options.templates->connections()) {
    request.connections.push_back(
        {.reference = reference, .presence = injector::Presence::kOptional});
  }
  for (const std::string& key : options.templates->variable_keys()) {
    request.variables.push_back({.key = key, .presence = injector::Presence::kOptional});
  }
  return request;
}

// Moves what was fetched for templates alone to a place of its own.
FetchedItems WithTemplatesApart(FetchedItems fetched, const JobOptions& options) {
  for (std::size_t i = options.connections.size(); i < fetched.connections.size(); ++i) {
    auto& found = fetched.connections[i];
    if (found) fetched.template_connections.push_back(std::move(found->item));
  }
  for (std::size_t i = options.variables.size(); i < fetched.variables.size(); ++i) {
    auto& found = fetched.variables[i];
    if (found) fetched.template_variables.push_back(std::move(found->item));
  }
  fetched.connections.resize(options.connections.size());
  fetched.variables.resize(options.variables.size());
  return fetched;
}

// A job that used to read its .env by itself is told of the way to do so here.
Error WithDotenvHint(Error error, const JobOptions& options) {
  const bool applies =
      error.code() == ErrorCode::kNotFound && !options.dotenv && ::access(".env", F_OK) == 0;
  if (!applies) return error;
  std::string hint = error.hint().empty() ? "" : error.hint() + "; ";
  hint += "a .env is here: --dotenv makes its entries variables of the job";
  return std::move(error).WithHint(std::move(hint));
}

Result<std::unique_ptr<Source>> OpenSource(const std::string& spelled,
                                           const std::optional<KeyText>& key,
                                           const JobOptions& options,
                                           const StartEnvironment& environment) {
  // Both schemes have this length.
  const std::string path = spelled.substr(std::min(kFileScheme.size(), spelled.size()));
  if (spelled.starts_with(kYamlScheme) && !path.empty()) {
    const auto literal_secrets =
        options.strict ? YamlSource::LiteralSecrets::kRefuse : YamlSource::LiteralSecrets::kWarn;
    return std::unique_ptr<Source>(
        std::make_unique<YamlSource>(path, environment.entries(), literal_secrets));
  }
  if (!spelled.starts_with(kFileScheme) || path.empty()) {
    return Error(ErrorCode::kInvalidArgument, "--source: expected file:PATH or yaml:PATH");
  }
  std::optional<KeyText> copy;
  if (key) copy = key->Clone();
  return std::unique_ptr<Source>(std::make_unique<EncryptedFileSource>(path, std::move(copy)));
}

// An error about the default store, where a file here would have come first.
Error AboutDefaultSource(Error error, const JobOptions& options) {
  const bool by_default = options.sources.empty() && !injector::DefaultConnectionsFile();
  if (!by_default || error.code() != ErrorCode::kNotFound) return error;
  return std::move(error).WithContext(
      "neither connections.yaml nor osiris_connections.yaml is here");
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
  // Going on would hand the job other credentials than the owner of the machine meant.
  if (::access(kSidecarDirectory, F_OK) == 0) {
    return Error(ErrorCode::kFailedPrecondition,
                 std::string(kSidecarDirectory) + " is here, but this version cannot ask a sidecar")
        .WithHint("name the source with --source file:PATH, yaml:PATH or INJECTOR_SOURCE");
  }
  if (const std::optional<std::string> file = injector::DefaultConnectionsFile()) {
    return std::vector<std::string>{std::string(kYamlScheme) + *file};
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
  const bool uses_key = std::any_of(spelled.begin(), spelled.end(), [](const std::string& source) {
    return source.starts_with(kFileScheme);
  });
  std::optional<KeyText> key;
  if (uses_key) {
    ASSIGN_OR_RETURN(key, FindKey(options, environment));
  }
  std::vector<std::unique_ptr<Source>> sources;
  for (const std::string& source : spelled) {
    ASSIGN_OR_RETURN(std::unique_ptr<Source> opened, OpenSource(source, key, options, environment));
    sources.push_back(std::move(opened));
  }
  ASSIGN_OR_RETURN(const FetchRequest request, MakeRequest(options));
  ConnectionManager manager(std::move(sources),
                            std::make_unique<injector::EnvironmentSource>(environment.entries()));
  Result<FetchedItems> answer = manager.Fetch(request);
  if (!answer.ok()) {
    return WithDotenvHint(AboutDefaultSource(std::move(answer).error(), options), options);
  }
  ASSIGN_OR_RETURN(FetchedItems fetched,
                   WithJobFileFields(WithTemplatesApart(*std::move(answer), options), options));
  if (!key) return fetched;
  for (const std::string& warning : key->warnings()) fetched.warnings.push_back(warning);
  // The job may be able to read the file, and print it. (The variable is scrubbed as every secret
  // one that is removed.)
  if (!options.key_file.empty()) fetched.ingredients.push_back({"key-file", key->text().Clone()});
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
