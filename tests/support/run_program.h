#pragma once
// Runs a real program and keeps everything it prints.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/unique_fd.h"

namespace injector::testing {

struct ProgramRun {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH
  // The whole environment, NAME=value; PATH is added when it is missing.
  std::vector<std::string> environment;
  std::string stdin_bytes;
  std::string working_directory;  // empty: ours
};

struct ProgramResult {
  int exit_status = -1;  // 128 + signal when a signal ended it, as a shell says
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

  // Waits until stdout holds `marker`; false when the program closes stdout before. Returns what
  // stdout has printed so far by out().
  bool WaitForOutput(std::string_view marker);
  const std::string& out() const { return result_.out; }

  void Signal(int signal_number) const;

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
};

}  // namespace injector::testing
