#include "runner_shim/job/run_job.h"

#include <unistd.h>

#include <utility>

#include "injector/base/file.h"
#include "runner_shim/job/dry_run.h"
#include "runner_shim/job/event_log.h"
#include "runner_shim/job/fetch.h"
#include "runner_shim/job/job_file_options.h"
#include "runner_shim/job/job_templates.h"
#include "runner_shim/job/messages.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/prepare.h"
#include "runner_shim/job/run_mask.h"
#include "runner_shim/job/run_scrub.h"
#include "runner_shim/job/scrub_report.h"
#include "runner_shim/job/scrubbing.h"
#include "runner_shim/job/termination_watch.h"
#include "runner_shim/mask/mask_server.h"
#include "runner_shim/process/exit_status.h"
#include "runner_shim/process/supervisor.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::FetchedItems;
using injector::Result;
using injector::Status;

void SayAll(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) Say("warning: " + warning);
}

Result<int> Print(const std::string& text) {
  RETURN_IF_ERROR(injector::WriteAll(STDOUT_FILENO, text, "stdout"));
  return 0;
}

Result<int> DryRun(const JobOptions& options, const StartEnvironment& environment,
                   const InheritedState& inherited) {
  ASSIGN_OR_RETURN(const FetchedItems fetched, FetchCredentials(options, environment, inherited));
  ASSIGN_OR_RETURN(const PreparedJob job, PrepareJob(WithAttached(options, fetched), environment,
                                                     fetched, Preparation::kDryRun));
  SayAll(job.warnings);
  std::vector<std::string> sources;
  if (options.asks_for_something()) {
    ASSIGN_OR_RETURN(sources, ChooseSources(options, environment));
  }
  return Print(DescribeDryRun(sources, fetched, job.plan));
}

// Takes values to mask from the job while it runs. `listener` and `scrubbing` outlive the job.
std::unique_ptr<Companion> ServeMasks(const RunningChild& child, const MaskListener& listener,
                                      Scrubbing& scrubbing, std::string outer_socket) {
  const auto take = [&scrubbing,
                     update = child.update_filters](std::span<const injector::Secret> values) {
    std::vector<MaskAnswer> answers = scrubbing.Mask(values);
    update();
    return answers;
  };
  MaskServerOptions options;
  options.outer_socket = std::move(outer_socket);
  return std::make_unique<MaskServer>(child.loop, listener, take, std::move(options));
}

// Has leases renewed while the job runs. Threads: only now, behind the fork.
Status KeepLeases(const FetchedItems& fetched) {
  for (const std::unique_ptr<injector::Lease>& lease : fetched.leases) {
    RETURN_IF_ERROR(lease->Keep(&SayError));
  }
  return {};
}

SupervisorOptions SupervisorOptionsFor(const JobOptions& options, EventLog& events) {
  SupervisorOptions result;
  result.terminal = options.terminal;
  result.hold_back = options.hold_back;
  result.signal_scope = options.signal_scope;
  result.parent_death = options.parent_death ? ParentDeath::kKillsChild : ParentDeath::kIgnored;
  result.kill_after = options.kill_after;
  result.drain.silence = options.drain_timeout;
  result.drain.limit = options.drain_limit;
  result.straggler_grace = options.straggler_grace;
  result.describe_start = [&events](pid_t pid) { return events.JobStarted(pid); };
  return result;
}

// The job's own status, unless --on-leak turns a success into a failure.
int ExitStatusOf(const ChildOutcome& outcome, const JobOptions& options,
                 const Scrubbing& scrubbing) {
  if (outcome.start_error) SayError(*outcome.start_error);
  if (outcome.output_error) {
    SayError(*outcome.output_error);
    if (outcome.exit_status == 0) return kExitOwnFailure;
  }
  return outcome.exit_status == 0 ? scrubbing.StatusAfterSuccess(options.on_leak)
                                  : outcome.exit_status;
}

// --exec: this process becomes the command. Returns only when that fails.
int BecomeCommand(PreparedJob job, const InheritedState& inherited, EventLog& events) {
  // Nobody is left to be told when stderr is gone.
  (void)injector::WriteAll(STDERR_FILENO, events.JobStarted(::getpid()), "stderr").ok();
  const StartFailure failure = ExecInPlace(std::move(job.command), inherited);
  SayError(failure.error);
  return failure.exit_status;
}

Result<int> Run(const JobOptions& asked, const StartEnvironment& environment,
                const InheritedState& inherited) {
  EventLog events(asked.log_format);
  ASSIGN_OR_RETURN(const ScrubReport report, ScrubReport::Start(asked.report));
  ASSIGN_OR_RETURN(const FetchedItems fetched, FetchCredentials(asked, environment, inherited));
  // The job gets none of them, and /proc/<pid>/environ need not show them either.
  for (const auto& variable : fetched.environment) WipeInherited(environ, variable.name);
  const JobOptions options = WithAttached(asked, fetched);
  events.ConnectionsResolved(options, fetched);
  ASSIGN_OR_RETURN(PreparedJob job, PrepareJob(options, environment, fetched, Preparation::kReal));
  // Asked to stop meanwhile: no child ever starts.
  if (const std::optional<int> signal = inherited.PendingTermination())
    return kExitSignalBase + *signal;
  SayAll(job.warnings);
  const uid_t uid = options.user ? options.user->uid : ::geteuid();
  const auto sweep = [&] { SweepLeftovers(FileBases(options, environment), uid); };
  if (options.exec) {
    sweep();
    return BecomeCommand(std::move(job), inherited, events);
  }

  ASSIGN_OR_RETURN(Scrubbing scrubbing,
                   Scrubbing::Create(std::move(job.secrets), options, environment));
  SupervisorOptions supervision = SupervisorOptionsFor(options, events);
  supervision.on_start = [&](const RunningChild& child) -> Result<std::unique_ptr<Companion>> {
    // Only now: the command's start does not wait for what others have left.
    sweep();
    RETURN_IF_ERROR(KeepLeases(fetched));
    if (!job.masks) return std::unique_ptr<Companion>();
    const std::string outer_socket(environment.Reveal(kMaskSocketVariable));
    return ServeMasks(child, *job.masks, scrubbing, outer_socket);
  };
  const Result<ChildOutcome> outcome =
      Supervise(std::move(job.command), supervision, inherited, scrubbing.filter_factory());
  if (!outcome.ok()) SayError(outcome.error());
  int status = outcome.ok() ? ExitStatusOf(*outcome, options, scrubbing) : kExitOwnFailure;
  status = report.Finish(scrubbing.Counts(), NamesOf(fetched), status);
  if (outcome.ok() && !outcome->start_error) events.JobEnded(status);
  return status;
}

// `options` with what their job file and templates say.
Result<JobOptions> WithFiles(JobOptions options, const StartEnvironment& environment,
                             const InheritedState& inherited) {
  // Without a job file nothing is opened.
  if (options.job_file.empty()) return WithTemplates(std::move(options), environment);
  Error expired = Error(ErrorCode::kDeadlineExceeded,
                        "read " + options.job_file + " and the files it names: not done within " +
                            std::to_string(options.fetch_timeout.count()) + " ms")
                      .WithHint("a pipe may be waited for; --fetch-timeout allows more time");
  ASSIGN_OR_RETURN(const TerminationWatch watch,
                   TerminationWatch::Start(inherited, options.fetch_timeout, std::move(expired)));
  ASSIGN_OR_RETURN(options, WithJobFile(std::move(options)));
  return WithTemplates(std::move(options), environment);
}

Result<int> Dispatch(const std::vector<std::string>& arguments, const StartEnvironment& environment,
                     const InheritedState& inherited) {
  ASSIGN_OR_RETURN(JobOptions options, ParseOptions(arguments, environment));
  if (!options.token_env.empty()) WipeInherited(environ, options.token_env);
  const bool needs_job =
      options.action == JobOptions::Action::kDryRun || options.action == JobOptions::Action::kRun;
  if (needs_job) {
    ASSIGN_OR_RETURN(options, WithFiles(std::move(options), environment, inherited));
  }
  switch (options.action) {
    case JobOptions::Action::kHelp:
      return Print(HelpText(options.kind));
    case JobOptions::Action::kVersion:
      return Print("runner-shim " INJECTOR_VERSION "\n");
    case JobOptions::Action::kDryRun:
      return DryRun(options, environment, inherited);
    case JobOptions::Action::kRun:
      break;
  }
  switch (options.kind) {
    case Command::kJob:
      return Run(options, environment, inherited);
    case Command::kScrub:
      return RunScrub(options, environment, inherited);
    case Command::kMask:
      return RunMask(environment);
  }
  return kExitOwnFailure;
}

}  // namespace

int RunShim(const std::vector<std::string>& arguments, StartEnvironment environment,
            const InheritedState& inherited) {
  Result<int> status = Dispatch(arguments, environment, inherited);
  if (status.ok()) return *status;
  SayError(status.error());
  return injector::ExitStatus(status.error().code());
}

}  // namespace runner_shim
