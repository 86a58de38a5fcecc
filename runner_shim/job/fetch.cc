#include "runner_shim/job/fetch.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

#include "injector/crypto/key.h"
#include "injector/model/redaction.h"
#include "injector/sources/connections_file/yaml_source.h"
#include "injector/sources/environment_source.h"
#include "injector/sources/github/app_token.h"
#include "runner_shim/job/job_file_options.h"
#include "runner_shim/job/job_templates.h"
#include "runner_shim/job/messages.h"
#include "runner_shim/job/open_source.h"
#include "runner_shim/job/termination_watch.h"

namespace runner_shim {
namespace {

using injector::ConnectionManager;
using injector::Error;
using injector::ErrorCode;
using injector::FetchedItems;
using injector::FetchRequest;
using injector::KeyText;
using injector::Result;
using injector::Secret;
using injector::Source;

constexpr const char* kSidecarDirectory = "/run/injector";
constexpr const char* kDefaultSidecar = "sidecar:/run/injector/sidecar.sock";
// A source that is asked again until the fetch time-out says by itself when that is over; the watch
// is there for the case that it cannot.
constexpr std::chrono::milliseconds kTimeToFallBack{5'000};
constexpr std::chrono::milliseconds kNoTime{0};

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

Result<FetchRequest> MakeRequest(const JobOptions& options) {
  FetchRequest request;
  for (const ConnectionOption& connection : options.connections) {
    ASSIGN_OR_RETURN(injector::Reference reference,
                     injector::Reference::Parse(connection.reference));
    const JobFileEntry* details = connection.details.get();
    const bool optional = details != nullptr && details->connection.optional;
    request.connections.push_back(
        {.reference = std::move(reference),
         .presence = optional ? injector::Presence::kOptional : injector::Presence::kRequired,
         .where = details == nullptr ? "" : details->where});
  }
  for (const VariableOption& variable : options.variables) {
    request.variables.push_back({.key = variable.key});
  }
  if (options.attached) request.attached = injector::Attached::kAll;
  if (!options.templates) return request;
  // Behind what the job is given. What is missing is said where the template is rendered.
  std::ranges::copy(options.templates->connections(), std::back_inserter(request.connections));
  std::ranges::copy(options.templates->variables(), std::back_inserter(request.variables));
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
  return injector::WithMoreHint(std::move(error),
                                "a .env is here: --dotenv makes its entries variables of the job");
}

Result<FetchedItems> FetchFrom(const std::vector<std::string>& spelled, SourceOpener& opener,
                               const JobOptions& options, const StartEnvironment& environment) {
  std::vector<std::unique_ptr<Source>> sources;
  for (const std::string& source : spelled) {
    ASSIGN_OR_RETURN(std::unique_ptr<Source> opened, opener.Open(source));
    sources.push_back(std::move(opened));
  }
  ASSIGN_OR_RETURN(const FetchRequest request, MakeRequest(options));
  ConnectionManager manager(std::move(sources),
                            std::make_unique<injector::EnvironmentSource>(environment.entries()));
  return manager.Fetch(request);
}

// Whether it may be better in a while. A refusal is not.
bool IsUnavailable(const Error& error) {
  return error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kDeadlineExceeded;
}

// Said aloud, because what is taken instead may be older.
Result<FetchedItems> FallBack(const Error& why, SourceOpener& opener, const JobOptions& options,
                              const StartEnvironment& environment) {
  Say("warning: " + why.message());
  Say("warning: taking credentials from the fallback " + options.fallback + " instead");
  return FetchFrom({options.fallback}, opener, options, environment);
}

// What is attached becomes part of what is given to the job, behind what it asked for.
FetchedItems WithAttachedBehind(FetchedItems fetched) {
  std::ranges::move(fetched.attached_connections, std::back_inserter(fetched.connections));
  std::ranges::move(fetched.attached_variables, std::back_inserter(fetched.variables));
  fetched.attached_connections.clear();
  fetched.attached_variables.clear();
  return fetched;
}

Result<FetchedItems> WithAppTokens(FetchedItems fetched, const JobOptions& options,
                                   std::chrono::steady_clock::time_point deadline) {
  for (auto& found : fetched.connections) {
    if (!found) continue;
    ASSIGN_OR_RETURN(found->item, WithAppToken(std::move(found->item), options, deadline));
  }
  for (injector::Connection& connection : fetched.template_connections) {
    ASSIGN_OR_RETURN(connection, WithAppToken(std::move(connection), options, deadline));
  }
  return fetched;
}

// The job may be able to read the files of a key and of a token, and print them. (Variables are
// scrubbed as every secret one that is removed.)
FetchedItems WithFilesOfOurs(FetchedItems fetched, const SourceOpener& opener,
                             const JobOptions& options, const std::vector<std::string>& spelled) {
  if (opener.key() != nullptr && !options.key_file.empty()) {
    fetched.ingredients.push_back({"key-file", opener.key()->text().Clone()});
  }
  if (options.token_file.empty() || std::ranges::none_of(spelled, &IsService)) return fetched;
  Result<Secret> token = opener.Token();
  if (token.ok()) fetched.ingredients.push_back({"token-file", std::move(token).value()});
  return fetched;
}

// Whether this machine has a sidecar, or will have one soon.
bool HasSidecar() { return ::access(kSidecarDirectory, F_OK) == 0; }

// An error about a source that nobody has named: why it is that one.
Error AboutDefaultSource(Error error, const JobOptions& options,
                         const StartEnvironment& environment) {
  if (options.sources.empty() && HasSidecar()) {
    std::string hint = error.hint().empty() ? "" : error.hint() + "; ";
    hint += std::string(kSidecarDirectory) +
            " is here, so the sidecar is asked; --source or INJECTOR_SOURCE names another";
    return std::move(error).WithHint(std::move(hint));
  }
  const bool by_default = options.sources.empty() && !injector::DefaultConnectionsFile() &&
                          environment.Reveal("INJECTOR_STORE").empty();
  if (!by_default || error.code() != ErrorCode::kNotFound) return error;
  return injector::WithMoreHint(
      std::move(error),
      "neither connections.yaml nor osiris_connections.yaml is in this directory");
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
  // Also when it does not answer yet: going on would hand the job other credentials than the owner
  // of the machine meant.
  if (HasSidecar()) return std::vector<std::string>{kDefaultSidecar};
  if (const std::optional<std::string> file = injector::DefaultConnectionsFile()) {
    return std::vector<std::string>{"yaml:" + *file};
  }
  ASSIGN_OR_RETURN(const std::string store, DefaultStore(environment));
  return std::vector<std::string>{"file:" + store};
}

Result<FetchedItems> FetchCredentials(const JobOptions& options,
                                      const StartEnvironment& environment,
                                      const InheritedState& inherited) {
  if (!options.asks_for_something()) return FetchedItems();
  ASSIGN_OR_RETURN(const std::vector<std::string> spelled, ChooseSources(options, environment));
  const bool can_be_late = std::ranges::any_of(spelled, &IsLeased);
  ASSIGN_OR_RETURN(const TerminationWatch watch,
                   TerminationWatch::Start(
                       inherited, options.fetch_timeout + (can_be_late ? kTimeToFallBack : kNoTime),
                       Expired(options, spelled)));
  const auto deadline = std::chrono::steady_clock::now() + options.fetch_timeout;
  SourceOpener opener(options, environment, deadline);
  Result<FetchedItems> answer = FetchFrom(spelled, opener, options, environment);
  if (!answer.ok() && IsUnavailable(answer.error()) && !options.fallback.empty()) {
    answer = FallBack(answer.error(), opener, options, environment);
  }
  if (!answer.ok()) {
    return WithDotenvHint(AboutDefaultSource(std::move(answer).error(), options, environment),
                          options);
  }
  ASSIGN_OR_RETURN(FetchedItems fetched,
                   WithJobFileFields(WithTemplatesApart(*std::move(answer), options), options));
  ASSIGN_OR_RETURN(fetched,
                   WithAppTokens(WithAttachedBehind(std::move(fetched)), options, deadline));
  if (const KeyText* key = opener.key()) {
    std::ranges::copy(key->warnings(), std::back_inserter(fetched.warnings));
  }
  return WithFilesOfOurs(std::move(fetched), opener, options, spelled);
}

Result<injector::Connection> WithAppToken(injector::Connection connection,
                                          const JobOptions& options,
                                          std::chrono::steady_clock::time_point deadline) {
  if (options.kind != Command::kJob) return connection;
  if (options.action == JobOptions::Action::kDryRun) {
    return injector::github::WithPretendedToken(std::move(connection));
  }
  injector::http::ClientOptions way;
  way.ca_file = options.ca_file;
  return injector::github::WithInstallationToken(std::move(connection), way, deadline);
}

JobOptions WithAttached(JobOptions options, const FetchedItems& fetched) {
  for (std::size_t i = options.connections.size(); i < fetched.connections.size(); ++i) {
    options.connections.push_back({fetched.connections[i]->item.name.Full(), ""});
  }
  for (std::size_t i = options.variables.size(); i < fetched.variables.size(); ++i) {
    options.variables.push_back({fetched.variables[i]->item.key, ""});
  }
  return options;
}

void WipeSecretReferences(char** inherited, const StartEnvironment& environment,
                          const FetchedItems& fetched) {
  for (const injector::EnvironmentReference& reference : fetched.environment) {
    const Secret value = Secret::CopyOf(environment.Reveal(reference.name));
    const bool secret = reference.secret || injector::IsSecretVariable(reference.name, value);
    if (secret) WipeInherited(inherited, reference.name);
  }
}

std::vector<injector::ConnectionName> NamesOf(const FetchedItems& fetched) {
  std::vector<injector::ConnectionName> names;
  for (const auto& connection : fetched.connections) {
    if (connection) names.push_back(connection->item.name);
  }
  return names;
}

}  // namespace runner_shim
