#include "runner_shim/process/supervisor.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "runner_shim/process/arrangement.h"
#include "runner_shim/process/job_control.h"
#include "runner_shim/process/output_holders.h"
#include "runner_shim/process/output_stream.h"
#include "runner_shim/process/reaper.h"
#include "runner_shim/process/signal_reader.h"
#include "runner_shim/process/signal_set.h"
#include "runner_shim/process/terminal_relay.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::Status;

using Streams = std::vector<std::unique_ptr<OutputStream>>;

// How soon a real-time signal is tried again that met the job's limit.
constexpr std::chrono::milliseconds kQueueRetry{10};
// More are left in our own queue, where their senders meet the limit.
constexpr std::size_t kMostHeldSignals = 65'536;
// So many HUP, INT, QUIT or TERM after the job's end mean "now": nothing is waited for any more.
// The first one only cuts the drain short.
constexpr int kTerminationsForHaste = 2;

// One child, from the moment it runs to its last byte.
class Supervisor {
 public:
  Supervisor(const SupervisorOptions& options, const SpawnedChild& child, SignalReader signals,
             Arrangement arrangement);
  ~Supervisor() { ReturnTerminal(); }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  Status MakeFilters(const FilterFactory& make_filter);
  // Until `start_report` is readable. In the loop, because the job can be stopped before its exec,
  // by Ctrl-Z say, and then waits for us to follow and to go on.
  Status RunUntilReported(int start_report);
  Result<ChildOutcome> Run();

 private:
  void ConnectOutputs();
  Status RunUntilChildEnds();
  Status DeliverOutput();
  Status EndStragglers();
  Status FlushStreams();
  ChildOutcome Outcome() const;

  void OnStandardSignals();
  void OnRealTimeSignals();
  void OnSignal(const ReceivedSignal& signal);
  void OnTermination(int signal);
  void OnContinue();
  void OnChildNews();
  void FollowChild();
  bool SharesTerminal() const;
  bool HasForeground() const;
  void TakeTerminal();
  void ReturnTerminal();
  void ReportHolders();
  void Say(const std::string& message) { SayLine("runner-shim: " + message + "\n"); }
  void SayLine(std::string line);

  const SupervisorOptions& options_;
  EventLoop loop_;
  SignalReader signals_;
  SignalForwarder forwarder_;
  Reaper reaper_;
  Arrangement arrangement_;
  pid_t child_;
  std::vector<std::unique_ptr<StreamFilter>> filters_;  // of the outputs, until they are connected
  Streams streams_;
  std::optional<TerminalRelay> keyboard_;
  OutputStream* message_stream_ = nullptr;  // the one that ends in our stderr, if any
  std::optional<int> child_status_;
  bool children_left_ = true;
  StopRequest stop_request_ = StopRequest::kNone;
  std::optional<int> child_stopped_by_;
  int terminations_after_end_ = 0;
  OutputDrain* drain_ = nullptr;
  std::deque<ReceivedSignal> undelivered_;  // real-time ones that the job's queue had no room for
  FdWatch standard_watch_;
  FdWatch real_time_watch_;
  std::optional<FdWatch> child_watch_;
  Timer kill_timer_;
  Timer queue_retry_timer_;
  std::unique_ptr<Companion> companion_;
};

Supervisor::Supervisor(const SupervisorOptions& options, const SpawnedChild& child,
                       SignalReader signals, Arrangement arrangement)
    : options_(options),
      signals_(std::move(signals)),
      forwarder_(child.pid(), child.pid_fd(), arrangement.spawn.placement, options.signal_scope),
      reaper_(child.pid()),
      arrangement_(std::move(arrangement)),
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
  // Only the job's copies keep its pipes open.
  arrangement_.pipe_writers.clear();
}

Status Supervisor::MakeFilters(const FilterFactory& make_filter) {
  for (const JobOutput& output : arrangement_.outputs) {
    ASSIGN_OR_RETURN(std::unique_ptr<StreamFilter> filter, make_filter(output.kind));
    filters_.push_back(std::move(filter));
  }
  return {};
}

void Supervisor::ConnectOutputs() {
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    JobOutput& output = arrangement_.outputs[i];
    const char* name = output.target == STDERR_FILENO ? "stderr" : "stdout";
    streams_.push_back(std::make_unique<OutputStream>(loop_, std::move(output.source),
                                                      output.target, name, std::move(filters_[i])));
    streams_.back()->SetHoldBack(options_.hold_back);
    if (output.kind != OutputKind::kStandardOutput) message_stream_ = streams_.back().get();
  }
  if (arrangement_.keyboard) {
    JobKeyboard& keyboard = *arrangement_.keyboard;
    keyboard_.emplace(loop_, std::move(keyboard.terminal), std::move(keyboard.master),
                      keyboard.keys);
    // The pty is the first output. When nothing comes from it any more, or nobody reads it, our
    // terminal is given back and the job's side hung up.
    streams_.front()->OnFinished([this] { keyboard_.reset(); });
  }
}

Status Supervisor::RunUntilReported(int start_report) {
  bool reported = false;
  const FdWatch watch(loop_, start_report, POLLIN, [&reported](short) { reported = true; });
  while (!reported) RETURN_IF_ERROR(loop_.RunOnce());
  return {};
}

Result<ChildOutcome> Supervisor::Run() {
  ConnectOutputs();
  if (options_.describe_start) SayLine(options_.describe_start(child_));
  TakeTerminal();
  if (options_.on_start) {
    const auto update_filters = [this] {
      for (const auto& stream : streams_) stream->UpdateFilter();
    };
    ASSIGN_OR_RETURN(companion_,
                     options_.on_start(RunningChild{loop_, forwarder_, child_, update_filters}));
  }
  RETURN_IF_ERROR(RunUntilChildEnds());
  RETURN_IF_ERROR(DeliverOutput());
  return Outcome();
}

Status Supervisor::RunUntilChildEnds() {
  while (!child_status_) RETURN_IF_ERROR(loop_.RunOnce());
  forwarder_.ForgetChild();
  arrangement_.slave.Reset();
  if (!keyboard_) ReturnTerminal();
  return {};
}

Status Supervisor::DeliverOutput() {
  OutputDrain drain(loop_, streams_, options_.drain);
  drain_ = &drain;
  // It may have been read together with the news of the child's end.
  if (terminations_after_end_ > 0) drain.CutShort();
  while (!drain.over()) RETURN_IF_ERROR(loop_.RunOnce());
  drain_ = nullptr;
  for (const auto& stream : streams_) stream->ReadOnce();
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
  const auto in_haste = [this] { return terminations_after_end_ >= kTerminationsForHaste; };
  while (children_left_ && !expired && !in_haste()) RETURN_IF_ERROR(loop_.RunOnce());
  if (children_left_) ::kill(-1, SIGKILL);
  // Their last words are in the pipes by now.
  OutputDrain rest(loop_, streams_, {.silence = {}, .limit = {}});
  while (!rest.over()) RETURN_IF_ERROR(loop_.RunOnce());
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
  // All are taken out of our queue first: the kernel counts a user's pending signals together, so
  // what waits there keeps the job's queue full.
  while (undelivered_.size() < kMostHeldSignals) {
    const std::optional<ReceivedSignal> signal = signals_.NextRealTime();
    if (!signal) break;
    undelivered_.push_back(*signal);
  }
  while (!undelivered_.empty() &&
         forwarder_.Forward(undelivered_.front()) == SignalForwarder::Delivery::kDone) {
    undelivered_.pop_front();
  }
  if (!undelivered_.empty()) queue_retry_timer_.Start(kQueueRetry);
  const bool full = undelivered_.size() >= kMostHeldSignals;
  real_time_watch_.SetEvents(full ? FdWatch::kPaused : POLLIN);
}

void Supervisor::OnSignal(const ReceivedSignal& signal) {
  if (signal.number == SIGCHLD) return OnChildNews();
  if (IsTerminationSignal(signal.number)) OnTermination(signal.number);
  const bool from_terminal = signal.code == SI_KERNEL;
  if (IsJobControlStop(signal.number)) {
    stop_request_ = from_terminal ? StopRequest::kByTerminal : StopRequest::kByProcess;
    // The news that the terminal has stopped the job, too, may have been read first; and when the
    // job has ended there is nobody to follow.
    if (child_stopped_by_ || child_status_) return FollowChild();
  }
  if (signal.number == SIGCONT) OnContinue();
  if (signal.number == SIGWINCH && keyboard_) {
    keyboard_->CopySize();
    if (from_terminal) return;  // the pty's new size is signal enough
  }
  forwarder_.Forward(signal);
}

void Supervisor::OnTermination(int signal) {
  if (companion_) companion_->OnTermination(signal);
  if (options_.kill_after && !kill_timer_.running()) kill_timer_.Start(*options_.kill_after);
  if (!child_status_) return;
  ++terminations_after_end_;
  if (drain_ != nullptr) drain_->CutShort();
  if (terminations_after_end_ < kTerminationsForHaste) return;
  for (const auto& stream : streams_) stream->Abandon();
}

void Supervisor::OnChildNews() {
  const Reaper::Round round = reaper_.Reap();
  children_left_ = round.children_left;
  if (round.child_status) {
    child_status_ = round.child_status;
    child_watch_.reset();
  }
  if (round.continued) child_stopped_by_.reset();
  if (!round.stop_signal) return;
  child_stopped_by_ = round.stop_signal;
  FollowChild();
}

// Stops us when the job has stopped, so that the shell above sees the whole command stop. Only when
// a stop signal came to us, or we share a terminal: a job that is stopped by a debugger keeps its
// supervisor.
void Supervisor::FollowChild() {
  const bool wants_terminal = child_stopped_by_ == SIGTTIN || child_stopped_by_ == SIGTTOU;
  if (SharesTerminal() && wants_terminal && HasForeground()) {
    // Brought to the foreground by a shell that told nobody but the terminal.
    TakeTerminal();
    child_stopped_by_.reset();
    return forwarder_.SendToGroup(SIGCONT);
  }
  const StopRequest request = std::exchange(stop_request_, StopRequest::kNone);
  if (request == StopRequest::kNone && !SharesTerminal()) return;
  child_stopped_by_.reset();
  ReturnTerminal();
  StopUntilContinued(request);
  TakeTerminal();
  if (SharesTerminal()) forwarder_.SendToGroup(SIGCONT);
}

void Supervisor::OnContinue() {
  stop_request_ = StopRequest::kNone;
  TakeTerminal();
}

// Whether keys typed at our terminal stop the job and not us.
bool Supervisor::SharesTerminal() const {
  const bool own_group = arrangement_.spawn.placement == ChildPlacement::kOwnGroup;
  return keyboard_ || (own_group && arrangement_.controlling_terminal.exists());
}

bool Supervisor::HasForeground() const {
  return arrangement_.controlling_terminal.ForegroundGroup() == ::getpgrp();
}

// Hands the terminal to the job as far as it is ours to hand: a pty's keyboard, or the foreground.
void Supervisor::TakeTerminal() {
  if (keyboard_) {
    keyboard_->TakeTerminal();
  } else if (SharesTerminal() && HasForeground()) {
    arrangement_.controlling_terminal.GiveTo(child_);
  }
}

void Supervisor::ReturnTerminal() {
  if (keyboard_) {
    keyboard_->ReturnTerminal();
  } else if (SharesTerminal() && arrangement_.controlling_terminal.ForegroundGroup() == child_) {
    arrangement_.controlling_terminal.GiveTo(::getpgrp());
  }
}

// One line on stderr, behind the job's own.
void Supervisor::SayLine(std::string line) {
  if (message_stream_ == nullptr || line.empty()) return;
  // Nobody else turns a line's end into the two characters that a terminal needs.
  if (keyboard_ && keyboard_->terminal_is_raw()) line.insert(line.size() - 1, "\r");
  message_stream_->AppendUnfiltered(line);
}

void Supervisor::ReportHolders() {
  std::vector<std::string> names;
  for (const auto& stream : streams_) {
    const std::string name = DescriptorName(stream->source_fd());
    // A pty's master says nothing about who is at the other side.
    if (name.starts_with("pipe:")) names.push_back(name);
  }
  const std::size_t count = names.empty() ? 0 : CountHolders(names);
  if (count == 0) return;
  const char* const fate =
      ::getpid() == 1 ? "what is left is ended now" : "what is written from now on is lost";
  Say(std::to_string(count) + (count == 1 ? " process still holds" : " processes still hold") +
      " the job's output; " + fate);
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
  constexpr gid_t kSameGroup = static_cast<gid_t>(-1);
  ASSIGN_OR_RETURN(SignalReader signals, SignalReader::Create());
  ASSIGN_OR_RETURN(Arrangement arrangement, Arrange(options, inherited));
  // So that the job's user may open the pty by its name, as after a login.
  const bool other_owner = command.user && arrangement.slave.valid();
  if (other_owner && ::fchown(arrangement.slave.get(), command.user->uid, kSameGroup) != 0) {
    return Error::FromErrno(errno, "give the pty to user " + std::to_string(command.user->uid));
  }

  BecomeSubreaper();
  auto spawned = Spawn(std::move(command), arrangement.spawn, inherited);
  if (auto* failure = std::get_if<StartFailure>(&spawned)) return NotStarted(std::move(*failure));
  auto& child = std::get<SpawnedChild>(spawned);

  Supervisor supervisor(options, child, std::move(signals), std::move(arrangement));
  Status ready = supervisor.MakeFilters(make_filter);
  if (ready.ok()) ready = supervisor.RunUntilReported(child.start_report_fd());
  if (!ready.ok()) {
    KillAndReap(child.pid());
    return std::move(ready).error();
  }
  ASSIGN_OR_RETURN(std::optional<StartFailure> failure, child.AwaitStart());
  if (failure) return NotStarted(std::move(*failure));
  Result<ChildOutcome> outcome = supervisor.Run();
  if (!outcome.ok()) KillAndReap(child.pid());
  return outcome;
}

}  // namespace runner_shim
