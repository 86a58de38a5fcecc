#include "runner_shim/process/signal_reader.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include "runner_shim/process/signal_set.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::RetryOnEintr;
using injector::UniqueFd;

Result<UniqueFd> OpenSignalFd(const sigset_t& signals) {
  UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return Error::FromErrno(errno, "signalfd");
  return fd;
}

std::optional<ReceivedSignal> Next(int fd) {
  while (true) {
    signalfd_siginfo info{};
    const ssize_t got = RetryOnEintr([&] { return ::read(fd, &info, sizeof(info)); });
    if (got != static_cast<ssize_t>(sizeof(info))) return std::nullopt;
    ReceivedSignal signal;
    signal.number = static_cast<int>(info.ssi_signo);
    signal.code = info.ssi_code;
    signal.sender = static_cast<pid_t>(info.ssi_pid);
    signal.sender_uid = info.ssi_uid;
    // ssi_ptr is the whole union; ssi_int would be its first half.
    signal.value.sival_ptr =
        reinterpret_cast<void*>(info.ssi_ptr);  // NOLINT(performance-no-int-to-ptr)
    const bool own_doing = signal.sender == ::getpid() && signal.code == SI_USER;
    if (!own_doing) return signal;
  }
}

}  // namespace

Result<SignalReader> SignalReader::Create() {
  ASSIGN_OR_RETURN(UniqueFd standard, OpenSignalFd(StandardSignals()));
  ASSIGN_OR_RETURN(UniqueFd real_time, OpenSignalFd(RealTimeSignals()));
  return SignalReader(std::move(standard), std::move(real_time));
}

std::optional<ReceivedSignal> SignalReader::NextStandard() const { return Next(standard_.get()); }

std::optional<ReceivedSignal> SignalReader::NextRealTime() const { return Next(real_time_.get()); }

}  // namespace runner_shim
