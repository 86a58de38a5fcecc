#pragma once
// A person at a terminal: a program that leads a session on a real pty, what it shows, and the keys
// that are typed.

#include <sys/types.h>
#include <termios.h>

#include <string>
#include <vector>

#include "injector/base/unique_fd.h"

namespace runner_shim {

class TerminalSession {
 public:
  // Where a standard descriptor of the program leads.
  enum class Place { kTerminal, kNowhere };
  struct Setup {
    std::vector<std::string> command;
    Place input = Place::kTerminal;
    Place output = Place::kTerminal;
    Place errors = Place::kTerminal;
  };

  explicit TerminalSession(const Setup& setup);
  explicit TerminalSession(std::vector<std::string> command)
      : TerminalSession(Setup{std::move(command)}) {}
  ~TerminalSession();
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;

  pid_t pid() const { return pid_; }
  void Type(const std::string& keys) const;
  void Resize(unsigned short rows, unsigned short columns) const;
  // Unplugs the terminal.
  void HangUp() { master_.Reset(); }

  // Reads what is shown until `text` comes, and returns everything up to and with it; what is left
  // if the terminal is closed before.
  std::string AwaitText(const std::string& text);
  // Everything until the terminal is closed by its last program.
  std::string ReadAll();

  termios Settings() const;
  // Waits until keys arrive one by one, without echo (`raw`), or in lines.
  enum class Mode { kRaw, kLines };
  void AwaitMode(Mode mode) const;

  // The program's exit status, or minus the signal that ended it.
  int Wait();

 private:
  bool ReadMore();

  pid_t pid_ = -1;
  injector::UniqueFd master_;
  injector::UniqueFd slave_;  // keeps the settings readable when the program has gone
  std::string shown_;
};

}  // namespace runner_shim
