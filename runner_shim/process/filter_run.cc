#include "runner_shim/process/filter_run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "runner_shim/process/exit_status.h"
#include "runner_shim/process/output_stream.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Status;
using injector::UniqueFd;

Status CheckOpen(const InheritedState& inherited, int fd, const std::string& name) {
  if (inherited.WasOpen(fd)) return {};
  return Error(ErrorCode::kFailedPrecondition, name + " is closed");
}

// All but those that end us in good order are delivered again: stops above all.
Status DeliverOtherSignals(const InheritedState& inherited) {
  sigset_t mask = inherited.signal_mask();
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) sigaddset(&mask, signal);
  if (::sigprocmask(SIG_SETMASK, &mask, nullptr) == 0) return {};
  return Error::FromErrno(errno, "set the signal mask");
}

}  // namespace

Result<FilterOutcome> RunFilter(std::unique_ptr<StreamFilter> filter,
                                const InheritedState& inherited) {
  RETURN_IF_ERROR(CheckOpen(inherited, STDIN_FILENO, "stdin"));
  RETURN_IF_ERROR(CheckOpen(inherited, STDOUT_FILENO, "stdout"));
  ASSIGN_OR_RETURN(const UniqueFd termination, inherited.OpenTerminationFd());
  RETURN_IF_ERROR(DeliverOtherSignals(inherited));
  UniqueFd source(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  if (!source.valid()) return Error::FromErrno(errno, "duplicate stdin");

  EventLoop loop;
  bool signalled = false;
  const FdWatch watch(loop, termination.get(), POLLIN, [&](short) { signalled = true; });
  OutputStream stream(loop, std::move(source), STDOUT_FILENO, "stdout", std::move(filter),
                      OutputStream::Source::kStdin);
  while (!stream.finished() && !signalled) RETURN_IF_ERROR(loop.RunOnce());

  FilterOutcome outcome;
  outcome.error = stream.error();
  if (stream.reader_left()) outcome.end = FilterOutcome::End::kReaderLeft;
  if (signalled) outcome.end = FilterOutcome::End::kSignal;
  return outcome;
}

int EndAs(FilterOutcome::End end, const InheritedState& inherited) {
  if (end == FilterOutcome::End::kInputEnded) return 0;
  if (end == FilterOutcome::End::kReaderLeft) ::raise(SIGPIPE);
  (void)inherited.Restore();  // delivers what is pending
  return kExitSignalBase + SIGPIPE;
}

}  // namespace runner_shim
