#pragma once
// Which signals mean what to a supervisor. Source: signal(7).

#include <signal.h>

namespace runner_shim {

// HUP, INT, QUIT, TERM: how people and programs ask a job to end.
constexpr bool IsTerminationSignal(int signal) {
  return signal == SIGHUP || signal == SIGINT || signal == SIGQUIT || signal == SIGTERM;
}

// TSTP, TTIN, TTOU: the stop signals that a program may handle.
constexpr bool IsJobControlStop(int signal) {
  return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

// What a terminal's driver sends to whole process groups (termios(3), tty_ioctl(4)).
constexpr bool IsTerminalSignal(int signal) {
  return signal == SIGINT || signal == SIGQUIT || signal == SIGHUP || signal == SIGCONT ||
         signal == SIGWINCH || IsJobControlStop(signal);
}

// Everything that can be caught, but CHLD and URG (which speak of our own children and sockets)
// and 32 and 33, which the C library keeps for threads.
bool IsForwarded(int signal);

// The standard signals that are forwarded, and CHLD.
sigset_t StandardSignals();
// The real-time signals that are forwarded.
sigset_t RealTimeSignals();
// Both: what a supervisor blocks and reads.
sigset_t SupervisedSignals();

}  // namespace runner_shim
