#pragma once
// A program in the foreground of a terminal, and the person in front of it.
//
// A small process leads the terminal's session, as a shell does, and outlives the program: so the
// terminal is still there to be looked at, and the program can be stopped and continued.

#include <sys/types.h>
#include <termios.h>

#include <string>
#include <string_view>

#include "injector/base/unique_fd.h"
#include "tests/integration/injector_cli/program_run.h"

namespace injector {

// What the program's stdin is.
enum class SessionStdin { kTerminal, kNull };

class TerminalSession {
 public:
  // stdout and stderr are the terminal. `call.stdin_text` is not used.
  TerminalSession(const ProgramCall& call, SessionStdin input);
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;
  ~TerminalSession();

  pid_t program() const { return program_; }
  // Reads until `text` has come since the last call; false when the screen ends before.
  bool WaitFor(std::string_view text);
  void Type(std::string_view keys);
  // The next change of the program's state, as waitpid(2) reports it.
  int WaitForStatus();
  // Everything that the screen has shown; call after the program has ended.
  std::string WholeScreen();
  // Whether echo and line editing are as they were at the start.
  bool SettingsAreRestored() const;
  bool EchoIsOn() const;

 private:
  UniqueFd person_;
  UniqueFd status_pipe_;
  UniqueFd leader_life_;  // closing it ends the leader
  pid_t leader_ = -1;
  pid_t program_ = -1;
  termios before_{};
  std::string screen_;
  std::size_t seen_ = 0;
};

}  // namespace injector
