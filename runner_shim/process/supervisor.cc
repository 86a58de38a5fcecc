#include "runner_shim/process/supervisor.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "runner_shim/process/controlling_terminal.h"
#include "runner_shim/process/output_holders.h"
#include "runner_shim/process/output_stream.h"
#include "runner_shim/process/reaper.h"
#include "runner_shim/process/signal_reader.h"
#include "runner_shim/process/signal_set.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::Status;

using Streams = std::vector<std::unique_ptr<OutputStream>>;

// How soon a real-time signal is tried again that met the job's limit.
constexpr std::chrono::milliseconds kQueueRetry{10};

// Stops this process, unless a SIGCONT is already here: stopping would throw it away (signal(7)).
void StopUntilContinued() {
  sigset_t pending;
  const bool continued = ::sigpending(&pending) == 0 && sigismember(&pending, SIGCONT) == 1;
  if (!continued) ::raise(SIGSTOP);
}

// One child, from the moment it runs to its last byte.
class Supervisor {
 public:
  Supervisor(const SupervisorOptions& options, const SpawnedChild& child, SignalReader signals,
             const SpawnOptions& spawn, ControllingTerminal terminal);

  Status CarryOutputs(std::vector<OutputPipe> pipes, const FilterFactory& make_filter);
  Result<ChildOutcome> Run();

 private:
  Status RunUntilChildEnds();
  Status DeliverOutput();
  Status EndStragglers();
  Status FlushStreams();
  ChildOutcome Outcome() const;

  void OnStandardSignals();
  void OnRealTimeSignals();
  void OnSignal(const ReceivedSignal& signal);
  void OnTermination();
  void OnChildNews();
  void StopTogether();
  void ReportHolders();

  const SupervisorOptions& options_;
  EventLoop loop_;
  SignalReader signals_;
  SignalForwarder forwarder_;
  Reaper reaper_;
  ControllingTerminal terminal_;
  Foreground foreground_;
  pid_t child_;
  Streams streams_;
  OutputStream* message_stream_ = nullptr;  // the one that ends in our stderr, if any
  std::optional<int> child_status_;
  bool children_left_ = true;
  bool stop_requested_ = false;
  int terminations_after_end_ = 0;
  OutputDrain* drain_ = nullptr;
  std::optional<ReceivedSignal> undelivered_;
  FdWatch standard_watch_;
  FdWatch real_time_watch_;
  std::optional<FdWatch> child_watch_;
  Timer kill_timer_;
  Timer queue_retry_timer_;
};

Supervisor::Supervisor(const SupervisorOptions& options, const SpawnedChild& child,
                       SignalReader signals, const SpawnOptions& spawn,
                       ControllingTerminal terminal)
    : options_(options),
      signals_(std::move(signals)),
      forwarder_(child.pid(), child.pid_fd(), spawn.placement, options.signal_scope),
      reaper_(child.pid()),
      terminal_(std::move(terminal)),
      foreground_(spawn.foreground),
      child_(child.pid()),
      standard_watch_(loop_, signals_.standard_fd(), POLLIN,
                      [this](short) { OnStandardSignals(); }),
      real_time_watch_(loop_, signals_.real_time_fd(), POLLIN,
                       [this](short) { OnRealTimeSignals(); }),
      kill_timer_(loop_, [this] { forwarder_.SendToGroup(SIGKILL); }),
      queue_retry_timer_(loop_, [this] { OnRealTimeSignals(); }) {
  if (child.pid_fd() >= 0) {
    child_watch_.emplace(loop_, child.pid_fd(), POLLIN, [this](short) { OnChildNews(); });
  }
}

Status Supervisor::CarryOutputs(std::vector<OutputPipe> pipes, const FilterFactory& make_filter) {
  for (OutputPipe& pipe : pipes) {
    pipe.writer.Reset();  // only the job's copies keep the pipe open
    ASSIGN_OR_RETURN(std::unique_ptr<StreamFilter> filter, make_filter(pipe.kind));
    streams_.push_back(std::make_unique<OutputStream>(loop_, std::move(pipe.reader), pipe.target,
                                                      TargetName(pipe), std::move(filter)));
    if (pipe.kind != OutputKind::kStandardOutput) message_stream_ = streams_.back().get();
  }
  return {};
}

Result<ChildOutcome> Supervisor::Run() {
  if (options_.on_start) {
    RETURN_IF_ERROR(options_.on_start(RunningChild{loop_, forwarder_, child_}));
  }
  RETURN_IF_ERROR(RunUntilChildEnds());
  RETURN_IF_ERROR(DeliverOutput());
  return Outcome();
}

Status Supervisor::RunUntilChildEnds() {
  while (!child_status_) RETURN_IF_ERROR(loop_.RunOnce());
  forwarder_.ForgetChild();
  if (foreground_ == Foreground::kHandToChild) terminal_.GiveTo(::getpgrp());
  return {};
}

Status Supervisor::DeliverOutput() {
  OutputDrain drain(loop_, streams_, options_.drain);
  drain_ = &drain;
  while (!drain.over()) RETURN_IF_ERROR(loop_.RunOnce());
  drain_ = nullptr;
  ReportHolders();
  if (::getpid() == 1) RETURN_IF_ERROR(EndStragglers());
  return FlushStreams();
}

// As PID 1 our exit would kill everything in the namespace; what is left gets the chance to end
// properly, and may still write.
Status Supervisor::EndStragglers() {
  bool expired = false;
  Timer grace(loop_, [&expired] { expired = true; });
  grace.Start(options_.straggler_grace);
  OnChildNews();
  if (children_left_) {
    ::kill(-1, SIGTERM);
    ::kill(-1, SIGCONT);  // a stopped process sees TERM only when it goes on
  }
  while (children_left_ && !expired) RETURN_IF_ERROR(loop_.RunOnce());
  if (children_left_) ::kill(-1, SIGKILL);
  return {};
}

Status Supervisor::FlushStreams() {
  for (const auto& stream : streams_) stream->StopReading();
  const auto finished = [](const auto& stream) { return stream->finished(); };
  while (!std::all_of(streams_.begin(), streams_.end(), finished)) {
    RETURN_IF_ERROR(loop_.RunOnce());
  }
  return {};
}

ChildOutcome Supervisor::Outcome() const {
  ChildOutcome outcome;
  outcome.exit_status = *child_status_;
  for (const auto& stream : streams_) {
    if (stream->error() && !outcome.output_error) outcome.output_error = stream->error();
  }
  return outcome;
}

void Supervisor::OnStandardSignals() {
  while (const std::optional<ReceivedSignal> signal = signals_.NextStandard()) OnSignal(*signal);
}

void Supervisor::OnRealTimeSignals() {
  if (!undelivered_) undelivered_ = signals_.NextRealTime();
  while (undelivered_) {
    if (forwarder_.Forward(*undelivered_) == SignalForwarder::Delivery::kQueueFull) {
      // The rest stays in our queue, where senders meet the limit.
      real_time_watch_.SetEvents(FdWatch::kPaused);
      queue_retry_timer_.Start(kQueueRetry);
      return;
    }
    undelivered_ = signals_.NextRealTime();
  }
  real_time_watch_.SetEvents(POLLIN);
}

void Supervisor::OnSignal(const ReceivedSignal& signal) {
  if (signal.number == SIGCHLD) return OnChildNews();
  if (IsTerminationSignal(signal.number)) OnTermination();
  if (IsJobControlStop(signal.number)) stop_requested_ = true;
  if (signal.number == SIGCONT) stop_requested_ = false;
  forwarder_.Forward(signal);
}

void Supervisor::OnTermination() {
  if (options_.kill_after && !kill_timer_.running()) kill_timer_.Start(*options_.kill_after);
  if (!child_status_) return;
  ++terminations_after_end_;
  if (drain_ != nullptr) drain_->CutShort();
  if (terminations_after_end_ < 2) return;
  for (const auto& stream : streams_) stream->Abandon();
}

void Supervisor::OnChildNews() {
  const Reaper::Round round = reaper_.Reap();
  children_left_ = round.children_left;
  if (round.child_status) {
    child_status_ = round.child_status;
    child_watch_.reset();
  }
  if (round.child_stopped) StopTogether();
}

// Stops us when the job has stopped, so that the shell above sees the whole command stop. Only when
// a stop signal came to us, or the terminal is the job's: a job that is stopped by a debugger keeps
// its supervisor.
void Supervisor::StopTogether() {
  if (!stop_requested_ && foreground_ == Foreground::kKeep) return;
  stop_requested_ = false;
  if (foreground_ == Foreground::kHandToChild) terminal_.GiveTo(::getpgrp());
  StopUntilContinued();
  if (foreground_ == Foreground::kHandToChild && terminal_.IsOurs()) terminal_.GiveTo(child_);
}

void Supervisor::ReportHolders() {
  std::vector<std::string> names;
  for (const auto& stream : streams_) {
    if (stream->reading()) names.push_back(DescriptorName(stream->source_fd()));
  }
  if (names.empty() || message_stream_ == nullptr) return;
  const std::size_t count = std::max<std::size_t>(CountHolders(names), 1);
  message_stream_->AppendUnfiltered(options_.format_message(
      std::to_string(count) + (count == 1 ? " process still holds" : " processes still hold") +
      " the job's output; what is written from now on is lost"));
}

// No terminal, no job control: a group of its own. With one, the child stays where the shell put
// us, unless signals are to reach a whole group.
SpawnOptions Place(const SupervisorOptions& options, const ControllingTerminal& terminal) {
  SpawnOptions spawn;
  spawn.parent_death = options.parent_death;
  const bool own_group = !terminal.exists() || options.signal_scope == SignalScope::kGroup;
  spawn.placement = own_group ? ChildPlacement::kOwnGroup : ChildPlacement::kOurGroup;
  if (own_group && terminal.IsOurs()) {
    spawn.foreground = Foreground::kHandToChild;
    spawn.terminal = terminal.fd();
  }
  return spawn;
}

ChildOutcome NotStarted(StartFailure failure) {
  ChildOutcome outcome;
  outcome.exit_status = failure.exit_status;
  outcome.start_error = std::move(failure.error);
  return outcome;
}

void KillAndReap(pid_t child) {
  ::kill(child, SIGKILL);
  injector::RetryOnEintr([&] { return ::waitpid(child, nullptr, 0); });
}

}  // namespace

Result<ChildOutcome> Supervise(ChildCommand command, const SupervisorOptions& options,
                               const InheritedState& inherited, const FilterFactory& make_filter) {
  constexpr int kCannotExecute = 126;
  ASSIGN_OR_RETURN(SignalReader signals, SignalReader::Create());
  ASSIGN_OR_RETURN(std::vector<OutputPipe> pipes, OpenOutputPipes(inherited));
  ControllingTerminal terminal = ControllingTerminal::Find();
  const SpawnOptions spawn = WithOutputs(Place(options, terminal), pipes);

  BecomeSubreaper();
  Result<SpawnedChild> child = Spawn(std::move(command), spawn, inherited);
  if (!child.ok()) return NotStarted({kCannotExecute, std::move(child).error()});

  Supervisor supervisor(options, *child, std::move(signals), spawn, std::move(terminal));
  Status carried = supervisor.CarryOutputs(std::move(pipes), make_filter);
  ASSIGN_OR_RETURN(std::optional<StartFailure> failure, child->AwaitStart());
  if (failure) return NotStarted(std::move(*failure));
  Result<ChildOutcome> outcome =
      carried.ok() ? supervisor.Run() : Result<ChildOutcome>(std::move(carried).error());
  if (!outcome.ok()) KillAndReap(child->pid());
  return outcome;
}

}  // namespace runner_shim
