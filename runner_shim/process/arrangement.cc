#include "runner_shim/process/arrangement.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "runner_shim/process/own_description.h"
#include "runner_shim/process/pseudo_terminal.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::Status;
using injector::UniqueFd;

bool AreSameFile(int a, int b) {
  struct stat first {};
  struct stat second {};
  if (::fstat(a, &first) != 0 || ::fstat(b, &second) != 0) return false;
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino &&
         first.st_rdev == second.st_rdev;
}

bool IsTerminal(int fd, const InheritedState& inherited) {
  return inherited.WasOpen(fd) && ::isatty(fd) != 0;
}

// The terminal whose settings and size the pty takes over, and its keys where it is our session's:
// stdout's, else stdin's.
std::optional<OurTerminal> FindOurTerminal(const InheritedState& inherited) {
  for (const int fd : {STDOUT_FILENO, STDIN_FILENO}) {
    if (IsTerminal(fd, inherited)) return OurTerminal(fd);
  }
  return std::nullopt;
}

bool OutputsAreOneFile(const InheritedState& inherited) {
  return inherited.WasOpen(STDOUT_FILENO) && inherited.WasOpen(STDERR_FILENO) &&
         (AreSameFile(STDOUT_FILENO, STDERR_FILENO) ||
          AreSameTerminal(STDOUT_FILENO, STDERR_FILENO));
}

Result<UniqueFd> AddPipe(Arrangement& arrangement, OutputKind kind, int target) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error::FromErrno(errno, "pipe");
  arrangement.outputs.push_back({kind, target, UniqueFd(ends[0])});
  return UniqueFd(ends[1]);
}

// Pipes for the outputs that have no place yet.
Status ConnectPipes(Arrangement& arrangement, const InheritedState& inherited) {
  SpawnOptions& spawn = arrangement.spawn;
  const bool out = inherited.WasOpen(STDOUT_FILENO) && spawn.standard_output < 0;
  const bool err = inherited.WasOpen(STDERR_FILENO) && spawn.standard_error < 0;
  const bool one = out && err && OutputsAreOneFile(inherited);
  if (out) {
    const OutputKind kind = one ? OutputKind::kBoth : OutputKind::kStandardOutput;
    ASSIGN_OR_RETURN(UniqueFd writer, AddPipe(arrangement, kind, STDOUT_FILENO));
    spawn.standard_output = writer.get();
    if (one) spawn.standard_error = writer.get();
    arrangement.pipe_writers.push_back(std::move(writer));
  }
  if (err && !one) {
    ASSIGN_OR_RETURN(UniqueFd writer,
                     AddPipe(arrangement, OutputKind::kStandardError, STDERR_FILENO));
    spawn.standard_error = writer.get();
    arrangement.pipe_writers.push_back(std::move(writer));
  }
  return {};
}

Status ConnectTerminal(Arrangement& arrangement, const InheritedState& inherited) {
  std::optional<OurTerminal> terminal = FindOurTerminal(inherited);
  ASSIGN_OR_RETURN(PseudoTerminal pair, PseudoTerminal::Open(terminal ? &*terminal : nullptr));
  const bool has_keys = terminal && terminal->IsOfOurSession();
  const bool typed_input =
      has_keys && inherited.WasOpen(STDIN_FILENO) && AreSameTerminal(terminal->fd(), STDIN_FILENO);
  if (has_keys) {
    // Before `arrangement` refers to the pty, which is gone after an error.
    UniqueFd master(::fcntl(pair.master.get(), F_DUPFD_CLOEXEC, 0));
    if (!master.valid()) return Error::FromErrno(errno, "duplicate a pty");
    const KeySignals keys = typed_input ? KeySignals::kToTheJob : KeySignals::kToUs;
    arrangement.keyboard.emplace(JobKeyboard{std::move(*terminal), std::move(master), keys});
  }
  SpawnOptions& spawn = arrangement.spawn;
  spawn.placement = ChildPlacement::kOwnSession;
  spawn.terminal = pair.slave.get();
  spawn.standard_output = pair.slave.get();
  const bool one = OutputsAreOneFile(inherited);
  if (one) spawn.standard_error = pair.slave.get();
  if (typed_input) spawn.standard_input = pair.slave.get();
  const OutputKind kind = one ? OutputKind::kBoth : OutputKind::kStandardOutput;
  arrangement.outputs.push_back({kind, STDOUT_FILENO, std::move(pair.master)});
  arrangement.slave = std::move(pair.slave);
  return {};
}

void PlaceWithoutPty(Arrangement& arrangement, SignalScope scope) {
  const ControllingTerminal& terminal = arrangement.controlling_terminal;
  SpawnOptions& spawn = arrangement.spawn;
  const bool own_group = !terminal.exists() || scope == SignalScope::kGroup;
  spawn.placement = own_group ? ChildPlacement::kOwnGroup : ChildPlacement::kOurGroup;
  // Handed over only if it is ours: a job started with `&` must not take the terminal.
  if (own_group && terminal.ForegroundGroup() == ::getpgrp()) {
    spawn.foreground = Foreground::kHandToChild;
    spawn.terminal = terminal.fd();
  }
}

}  // namespace

Result<Arrangement> Arrange(const SupervisorOptions& options, const InheritedState& inherited) {
  Arrangement arrangement;
  arrangement.spawn.parent_death = options.parent_death;
  arrangement.controlling_terminal = ControllingTerminal::Find();
  const bool always = options.terminal == TerminalUse::kAlways;
  const bool fits =
      options.terminal == TerminalUse::kAutomatic && IsTerminal(STDOUT_FILENO, inherited);
  if ((always && inherited.WasOpen(STDOUT_FILENO)) || fits) {
    const Status connected = ConnectTerminal(arrangement, inherited);
    if (!connected.ok() && always) return connected.error();
  }
  if (arrangement.outputs.empty()) PlaceWithoutPty(arrangement, options.signal_scope);
  RETURN_IF_ERROR(ConnectPipes(arrangement, inherited));
  return arrangement;
}

}  // namespace runner_shim
