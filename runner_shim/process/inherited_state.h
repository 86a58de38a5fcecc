#pragma once
// What this process was started with and the job must be started with too: signal mask, ignored
// signals, core limit, which descriptors were open. Taking it over is the first thing that
// main does (after PR_SET_DUMPABLE), before any thread exists and before any descriptor is opened.
//
// Source: signal(7), execve(2) "the dispositions of signals set to be ignored are left unchanged".

#include <signal.h>
#include <sys/resource.h>

#include <array>
#include <bitset>
#include <optional>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace runner_shim {

class InheritedState {
 public:
  // Blocks every signal that is forwarded, and SIGCHLD, so that from here on signals are only read
  // (SignalReader), never delivered; sets SIGCHLD to its default action, because an ignored one
  // loses exit codes (wait(2)); lowers the soft core limit to 0; puts a placeholder on each of the
  // descriptors 0, 1, 2 that is closed, so that nothing of ours lands there.
  static injector::Result<InheritedState> TakeOver();

  // Gives the calling process back what TakeOver() changed, except for the placeholders, which
  // close at execve. Async-signal-safe. False: errno says why.
  bool Restore() const;

  // Has execve close every descriptor above 2 that was not open when we took over: libraries open
  // some without O_CLOEXEC. For the child, where no other thread opens more. Async-signal-safe.
  void CloseOursAtExec() const;

  const sigset_t& signal_mask() const { return signal_mask_; }
  bool Ignores(int signal) const { return sigismember(&ignored_, signal) == 1; }
  // Requires: fd is 0, 1 or 2.
  bool WasOpen(int fd) const { return was_open_[static_cast<std::size_t>(fd)]; }

  // A terminating signal (HUP, INT, QUIT, TERM) that has arrived and that the job would not ignore:
  // "has somebody asked us to stop while we fetch?". It stays pending.
  std::optional<int> PendingTermination() const;
  // A descriptor that polls readable while PendingTermination() has a value. Never read it.
  injector::Result<injector::UniqueFd> OpenTerminationFd() const;

 private:
  InheritedState() = default;
  injector::Status NoteCallersDescriptors();
  sigset_t TerminationSignals() const;

  sigset_t signal_mask_{};
  sigset_t ignored_{};
  rlimit core_limit_{};
  std::array<bool, 3> was_open_{};
  // Of the descriptors that may be ours. The lowest free number is given out first, so that ours
  // are low; higher ones are left alone.
  static constexpr unsigned kMostDescriptors = 1024;
  std::bitset<kMostDescriptors> callers_;
};

}  // namespace runner_shim
