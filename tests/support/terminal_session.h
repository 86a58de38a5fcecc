#pragma once
// A person at a terminal: a program on a real pty, what it shows, and the keys that are typed.

#include <sys/types.h>
#include <termios.h>

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/unique_fd.h"

namespace injector::testing {

bool AreSameSettings(const termios& a, const termios& b);

class TerminalSession {
 public:
  // Where a standard descriptor of the program leads.
  enum class Place { kTerminal, kNowhere };
  // Who leads the terminal's session.
  enum class Leader {
    kProgram,  // the program itself, as in a container
    // A small process that, as a shell does, puts the program into the foreground, hears of its
    // stops, and keeps the terminal open after its end.
    kShell,
  };
  struct Setup {
    std::vector<std::string> argv;  // argv[0] is looked up in PATH
    // The whole environment; empty: the test's own, with a dumb terminal and a plain prompt.
    std::vector<std::string> environment = {};
    Place input = Place::kTerminal;
    Place output = Place::kTerminal;
    Place errors = Place::kTerminal;
    Leader leader = Leader::kProgram;
  };

  explicit TerminalSession(const Setup& setup);
  explicit TerminalSession(std::vector<std::string> argv)
      : TerminalSession(Setup{.argv = std::move(argv)}) {}
  ~TerminalSession();
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;

  pid_t pid() const { return program_; }
  void Type(std::string_view keys) const;
  void Resize(unsigned short rows, unsigned short columns) const;
  // Unplugs the terminal.
  void HangUp();

  // Reads what is shown until `text` comes, and returns everything since the last call up to and
  // with it; what is left if the terminal is closed before, or nothing comes for a minute.
  std::string AwaitText(std::string_view text);
  // AwaitText() that tells whether it came.
  bool Shows(std::string_view text);
  // Everything until the terminal is closed by its last program. Not with Leader::kShell.
  std::string ReadAll();
  // Everything that has been shown from the start to now.
  std::string WholeScreen();

  termios Settings() const;
  bool EchoIsOn() const { return (Settings().c_lflag & ECHO) != 0; }
  // Whether the settings are what the program found.
  bool SettingsAreRestored() const { return AreSameSettings(Settings(), before_); }
  // Waits until keys arrive one by one, without echo (`kRaw`), or in lines.
  enum class Mode { kRaw, kLines };
  void AwaitMode(Mode mode) const;

  // Waits for the end: the program's exit status, or minus the signal that ended it.
  int Wait();
  // With Leader::kShell: the next change of the program's state, as waitpid(2) reports it.
  int NextStatus();

 private:
  enum class Read { kSome, kNothing, kEnd };
  Read ReadMore(int patience_milliseconds);
  void StartUnderShell(const Setup& setup, char* const* argv, char* const* environment);

  injector::UniqueFd master_;
  injector::UniqueFd slave_;  // keeps the settings readable when the program has gone
  injector::UniqueFd statuses_;
  injector::UniqueFd leader_life_;  // closing it ends the leader
  pid_t leader_ = -1;
  pid_t program_ = -1;
  termios before_{};
  std::string screen_;
  std::size_t seen_ = 0;
};

}  // namespace injector::testing
