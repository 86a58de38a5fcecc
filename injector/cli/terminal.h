#pragma once
// Questions to the person at the terminal: asked and answered on /dev/tty, whatever stdin and
// stdout are connected to; with echo off where the answer must not be seen.
//
// The terminal gets its settings back on every way out: when the answer is there, on an error, on
// a signal that ends the program (HUP, INT, QUIT, TERM) and on one that stops it (TSTP). SIGKILL is
// the exception; `stty sane` helps then. Blocking; one question at a time; single-threaded.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/base/unique_fd.h"

namespace injector {

class Terminal {
 public:
  // The controlling terminal. kFailedPrecondition when there is none (cron, CI, a container).
  static Result<Terminal> Open();
  // Takes a terminal that is already open for reading and writing.
  static Terminal FromFd(UniqueFd fd) { return Terminal(std::move(fd)); }

  // Shows `question` and reads one line, without its end. kInvalidArgument when the answer is empty
  // or longer than the 4,094 bytes that can be typed in one line.
  Result<Secret> AskSecret(std::string_view question);
  // The same, but an empty answer is one.
  Result<Secret> AskOptionalSecret(std::string_view question);
  // Shows `question` and reads one line that everybody may see as it is typed; may be empty.
  // kFailedPrecondition when the terminal is closed (^D) instead.
  Result<std::string> AskLine(std::string_view question);
  // Shows a line that is no question.
  Status Show(std::string_view line);
  // Asks a second time; kInvalidArgument when the two answers differ.
  Result<Secret> AskNewSecret(std::string_view question);

 private:
  explicit Terminal(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace injector
