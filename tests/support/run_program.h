#pragma once
// Runs a real program to its end and keeps everything it printed.

#include <string>
#include <vector>

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

}  // namespace injector::testing
