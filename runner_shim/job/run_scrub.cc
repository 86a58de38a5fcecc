#include "runner_shim/job/run_scrub.h"

#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "injector/inject/environment.h"
#include "injector/inject/field_scrub_values.h"
#include "runner_shim/job/fetch.h"
#include "runner_shim/job/messages.h"
#include "runner_shim/job/no_scrub.h"
#include "runner_shim/job/open_source.h"
#include "runner_shim/job/scrub_report.h"
#include "runner_shim/job/scrubbing.h"
#include "runner_shim/job/values_file.h"
#include "runner_shim/process/filter_run.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::FetchedItems;
using injector::Result;
using injector::ScrubValue;
using injector::Status;

Status CheckSomethingIsNamed(const JobOptions& options) {
  const bool inherited = options.scrub_env && !options.scrub_env->empty();
  if (options.asks_for_something() || !options.values.empty() || inherited) return {};
  return Error(ErrorCode::kInvalidArgument, "scrub: no values: nothing would be masked")
      .WithHint("name them by --values FILE, -c REF, --variable KEY or --scrub-env PATTERN");
}

std::vector<ScrubValue> FetchedValues(const FetchedItems& fetched) {
  std::vector<ScrubValue> values;
  for (const auto& connection : fetched.connections) {
    if (!connection) continue;
    std::vector<ScrubValue> fields = injector::FieldScrubValues(connection->item);
    std::move(fields.begin(), fields.end(), std::back_inserter(values));
  }
  for (const auto& variable : fetched.variables) {
    if (!variable) continue;
    std::vector<ScrubValue> pieces = injector::VariableScrubValues(variable->item);
    std::move(pieces.begin(), pieces.end(), std::back_inserter(values));
  }
  return values;
}

// Our own keys, and what --scrub-env asks for.
Result<std::vector<ScrubValue>> InheritedValues(const JobOptions& options,
                                                const StartEnvironment& environment) {
  injector::EnvironmentOptions wanted;
  wanted.source_variables = SourceVariables(options);
  wanted.scrub_patterns = options.scrub_env.value_or(std::vector<std::string>());
  ASSIGN_OR_RETURN(
      injector::JobEnvironment assembled,
      injector::AssembleEnvironment(environment.entries(), injector::Injection(), wanted));
  return std::move(assembled.scrub_values);
}

Result<std::vector<ScrubSecret>> CollectSecrets(const JobOptions& options,
                                                const StartEnvironment& environment,
                                                const FetchedItems& fetched) {
  ASSIGN_OR_RETURN(std::vector<ScrubValue> inherited, InheritedValues(options, environment));
  ASSIGN_OR_RETURN(
      std::vector<ScrubSecret> secrets,
      SecretsToScrub({FetchedValues(fetched), std::move(inherited)}, options, fetched));
  if (options.values.empty()) return secrets;
  ASSIGN_OR_RETURN(std::vector<ScrubSecret> named, ReadValuesFile(options.values));
  std::move(named.begin(), named.end(), std::back_inserter(secrets));
  return secrets;
}

}  // namespace

Result<int> RunScrub(const JobOptions& options, const StartEnvironment& environment,
                     const InheritedState& inherited) {
  RETURN_IF_ERROR(CheckSomethingIsNamed(options));
  ASSIGN_OR_RETURN(const ScrubReport report, ScrubReport::Start(options.report));
  ASSIGN_OR_RETURN(const FetchedItems fetched, FetchCredentials(options, environment, inherited));
  WipeSecretReferences(environ, environment, fetched);
  // Until the stream flows, signals simply end us.
  if (!inherited.Restore()) return Error::FromErrno(errno, "restore signals");
  for (const std::string& warning : fetched.warnings) Say("warning: " + warning);
  ASSIGN_OR_RETURN(std::vector<ScrubSecret> secrets, CollectSecrets(options, environment, fetched));
  ASSIGN_OR_RETURN(Scrubbing scrubbing,
                   Scrubbing::Create(std::move(secrets), options, environment));
  ASSIGN_OR_RETURN(std::unique_ptr<StreamFilter> filter, scrubbing.MakeFilter());

  ASSIGN_OR_RETURN(const FilterOutcome outcome, RunFilter(std::move(filter), inherited));
  int status = 0;
  if (outcome.error) {
    SayError(*outcome.error);
    status = injector::ExitStatus(ErrorCode::kInternal);
  } else if (outcome.end == FilterOutcome::End::kInputEnded) {
    status = scrubbing.StatusAfterSuccess(options.on_leak);
  }
  status = report.Finish(scrubbing.Counts(), NamesOf(fetched), status);
  if (outcome.end == FilterOutcome::End::kInputEnded) return status;
  return EndAs(outcome.end, inherited);
}

}  // namespace runner_shim
