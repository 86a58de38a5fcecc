#pragma once
// Runs a real program as a service manager or a CI runner would: without a controlling terminal,
// with default signals, with pipes for its output; and gone when the test is.

#include <sys/types.h>

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/unique_fd.h"

namespace injector::testing {

struct ProgramRun {
  enum class Outputs { kTwoPipes, kOnePipe };

  std::vector<std::string> argv;  // argv[0] is looked up in PATH
  // The whole environment, NAME=value; PATH is added when it is missing.
  std::vector<std::string> environment;
  std::string stdin_bytes;        // empty: stdin is at its end
  std::string working_directory;  // empty: ours
  Outputs outputs = Outputs::kTwoPipes;
  // Called in the new process just before it becomes the program. Async-signal-safe calls only.
  std::function<void()> before_exec = {};
};

struct ProgramResult {
  int exit_status = -1;  // minus the signal that ended it: not what a program says of its child
  std::string out;
  std::string err;
};

// Blocking. Ends the test program when the program cannot be started.
ProgramResult RunProgram(const ProgramRun& run);

// A program that goes on while the test looks at it. Killed, if need be, when it goes.
class RunningProgram {
 public:
  explicit RunningProgram(const ProgramRun& run);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal_number) const;

  // Waits until stdout holds `marker`; false when the program closes stdout before. Returns what
  // stdout has printed so far by out().
  bool WaitForOutput(std::string_view marker);
  const std::string& out() const { return result_.out; }

  // For programs that must not be read faster than the test says; none of these touches the other
  // stream. The next line of stdout without its newline; what is left at the end of the stream.
  std::string ReadLine();
  // The rest of stdout; of stderr, or at most its next `limit` bytes.
  std::string ReadOutput();
  std::string ReadErrors(std::size_t limit = std::numeric_limits<std::size_t>::max());
  void CloseOutput() { out_.Reset(); }
  int stdout_fd() const { return out_.get(); }

  // Waits for the end, reading nothing. As ProgramResult::exit_status.
  int Wait();
  // Waits for the end of the output and of the program.
  ProgramResult Finish();

 private:
  // Waits for the program to print, to take input, or to close; handles that once.
  void Step();

  pid_t pid_ = -1;
  UniqueFd in_;
  UniqueFd out_;
  UniqueFd err_;
  std::string stdin_bytes_;
  std::size_t supplied_ = 0;
  ProgramResult result_;
  std::size_t read_ = 0;  // of result_.out, by ReadLine and ReadOutput
};

// The environment of the test itself, for programs that are to inherit it.
std::vector<std::string> OwnEnvironment();

// In a new process: default actions for all signals, none blocked. What runs the tests may have
// been started with some ignored (`make &`). Async-signal-safe.
void ResetSignals();

// `words` as execve(2) takes them. They must outlive the result.
std::vector<char*> PointersTo(std::vector<std::string>& words);

}  // namespace injector::testing
