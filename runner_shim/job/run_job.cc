#include "runner_shim/job/run_job.h"

#include <unistd.h>

#include <utility>

#include "injector/base/file.h"
#include "runner_shim/job/dry_run.h"
#include "runner_shim/job/event_log.h"
#include "runner_shim/job/fetch.h"
#include "runner_shim/job/job_file_options.h"
#include "runner_shim/job/job_templates.h"
#include "runner_shim/job/licenses.h"
#include "runner_shim/job/login_desk.h"
#include "runner_shim/job/messages.h"
#include "runner_shim/job/open_source.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/prepare.h"
#include "runner_shim/job/rotation.h"
#include "runner_shim/job/run_install.h"
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
  const JobOptions whole = WithAttached(options, fetched);
  ASSIGN_OR_RETURN(const LocalInputs inputs, ReadLocalInputs(whole, environment, fetched));
  ASSIGN_OR_RETURN(const PreparedJob job,
                   PrepareJob(whole, environment, inputs, fetched, Preparation::kDryRun));
  SayAll(job.warnings);
  std::vector<std::string> sources;
  if (options.asks_for_something()) {
    ASSIGN_OR_RETURN(sources, ChooseSources(options, environment));
  }
  return Print(DescribeDryRun(sources, fetched, job.plan));
}

// Takes values to mask from the job while it runs, and answers its tools. All references outlive
// the job.
std::unique_ptr<Companion> ServeMasks(const RunningChild& child, const MaskListener& listener,
                                      Scrubbing& scrubbing, const LoginDesk& logins,
                                      std::string outer_socket) {
  const auto take = [&scrubbing,
                     update = child.update_filters](std::span<const injector::Secret> values) {
    std::vector<MaskAnswer> answers = scrubbing.Mask(values);
    update();
    return answers;
  };
  MaskServerOptions options;
  options.outer_socket = std::move(outer_socket);
  const auto find = [&logins](ShimRequest kind, std::string_view query) {
    return logins.Find(kind, query);
  };
  return std::make_unique<MaskServer>(child.loop, listener, take, find, std::move(options));
}

// All that lives beside one run of the command.
class Companions final : public Companion {
 public:
  void Add(std::unique_ptr<Companion> companion) {
    if (companion) companions_.push_back(std::move(companion));
  }
  void OnTermination(int signal) override {
    for (const auto& companion : companions_) companion->OnTermination(signal);
  }

 private:
  std::vector<std::unique_ptr<Companion>> companions_;
};

JobPlace PlaceOf(const PreparedJob& job) {
  return {.directory = job.files ? job.files->path() : "",
          .mask_socket = job.masks ? job.masks->path : ""};
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

// A job that is ready, with all that it takes to run it.
struct Run {
  const JobOptions& options;
  const StartEnvironment& environment;
  const InheritedState& inherited;
  EventLog& events;
  PreparedJob job;
  Rotation& rotation;
};

// What is done once the command runs, and need not delay it.
Status FollowStart(Run& run) {
  const uid_t uid = run.options.user ? run.options.user->uid : ::geteuid();
  SweepLeftovers(FileBases(run.options, run.environment), uid);
  return run.rotation.KeepLeases(PlaceOf(run.job));
}

std::unique_ptr<Companion> Accompany(const RunningChild& child, Run& run, Scrubbing& scrubbing,
                                     LoginDesk& logins) {
  auto companions = std::make_unique<Companions>();
  PrivateDirectory* const files = run.job.files ? &*run.job.files : nullptr;
  companions->Add(run.rotation.Follow({child, scrubbing, files, logins}));
  if (run.job.masks) {
    const std::string outer_socket(run.environment.Reveal(kMaskSocketVariable));
    companions->Add(ServeMasks(child, *run.job.masks, scrubbing, logins, outer_socket));
  }
  return companions;
}

// Runs the command, and another in its place where changed credentials ask for it.
Result<ChildOutcome> SuperviseAll(Run& run, Scrubbing& scrubbing) {
  bool is_first = true;
  LoginDesk logins(std::move(run.job.logins));
  SupervisorOptions supervision = SupervisorOptionsFor(run.options, run.events);
  supervision.on_start = [&](const RunningChild& child) -> Result<std::unique_ptr<Companion>> {
    if (std::exchange(is_first, false)) RETURN_IF_ERROR(FollowStart(run));
    return Accompany(child, run, scrubbing, logins);
  };
  ChildCommand command = std::move(run.job.command);
  while (true) {
    Result<ChildOutcome> outcome =
        Supervise(std::move(command), supervision, run.inherited, scrubbing.filter_factory());
    std::optional<ChildCommand> next = run.rotation.TakeRestart();
    if (!next || !outcome.ok() || outcome->start_error || outcome->output_error) return outcome;
    // Asked to stop between the two: no child starts any more.
    if (const std::optional<int> signal = run.inherited.PendingTermination()) {
      outcome->exit_status = kExitSignalBase + *signal;
      return outcome;
    }
    run.events.JobEnded(outcome->exit_status);
    command = *std::move(next);
  }
}

Result<int> RunSupervised(Run run, const ScrubReport& report,
                          const std::vector<injector::ConnectionName>& names) {
  ASSIGN_OR_RETURN(Scrubbing scrubbing,
                   Scrubbing::Create(std::move(run.job.secrets), run.options, run.environment));
  const Result<ChildOutcome> outcome = SuperviseAll(run, scrubbing);
  run.rotation.CountMasked(scrubbing.masked_runs());
  if (!outcome.ok()) SayError(outcome.error());
  int status = outcome.ok() ? ExitStatusOf(*outcome, run.options, scrubbing) : kExitOwnFailure;
  status = report.Finish(scrubbing.Counts(), names, status);
  if (outcome.ok() && !outcome->start_error) run.events.JobEnded(status);
  return status;
}

Error LeaseWithExec() {
  return Error(ErrorCode::kInvalidArgument, "--exec cannot go with a source that grants leases")
      .WithHint("nobody would be left to renew the lease and give it back: leave --exec out");
}

Result<int> RunJob(const JobOptions& asked, const StartEnvironment& environment,
                   const InheritedState& inherited) {
  EventLog events(asked.log_format);
  ASSIGN_OR_RETURN(const ScrubReport report, ScrubReport::Start(asked.report));
  ASSIGN_OR_RETURN(FetchedItems fetched, FetchCredentials(asked, environment, inherited));
  if (asked.exec && !fetched.leases.empty()) return LeaseWithExec();
  WipeSecretReferences(environ, environment, fetched);
  const JobOptions options = WithAttached(asked, fetched);
  events.ConnectionsResolved(options, fetched);
  const std::vector<injector::ConnectionName> names = NamesOf(fetched);
  ASSIGN_OR_RETURN(const LocalInputs inputs, ReadLocalInputs(options, environment, fetched));
  Rotation rotation(options, environment, inputs, std::move(fetched));
  ASSIGN_OR_RETURN(PreparedJob job, PrepareJob(options, environment, inputs, rotation.fetched(),
                                               Preparation::kReal));
  // Asked to stop meanwhile: no child ever starts.
  if (const std::optional<int> signal = inherited.PendingTermination())
    return kExitSignalBase + *signal;
  SayAll(job.warnings);
  if (options.exec) {
    const uid_t uid = options.user ? options.user->uid : ::geteuid();
    SweepLeftovers(FileBases(options, environment), uid);
    return BecomeCommand(std::move(job), inherited, events);
  }
  return RunSupervised({options, environment, inherited, events, std::move(job), rotation}, report,
                       names);
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
  for (const std::string& name : SourceVariables(options)) WipeInherited(environ, name);
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
    case JobOptions::Action::kLicenses:
      return Print(LicenseText());
    case JobOptions::Action::kDryRun:
      return DryRun(options, environment, inherited);
    case JobOptions::Action::kRun:
      break;
  }
  switch (options.kind) {
    case Command::kJob:
      return RunJob(options, environment, inherited);
    case Command::kScrub:
      return RunScrub(options, environment, inherited);
    case Command::kMask:
      return RunMask(environment);
    case Command::kInstall:
      return RunInstall(options.install_directory);
  }
  return kExitOwnFailure;
}

}  // namespace

int RunShim(const std::vector<std::string>& arguments, const StartEnvironment& environment,
            const InheritedState& inherited) {
  Result<int> status = Dispatch(arguments, environment, inherited);
  if (status.ok()) return *status;
  SayError(status.error());
  return injector::ExitStatus(status.error().code());
}

}  // namespace runner_shim
