#pragma once
// The shim as a separate process.

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/run_program.h"

namespace runner_shim {

using injector::testing::ProgramResult;

// A program of tests/programs.
std::string TestProgram(const std::string& name);

// The shim under test: $RUNNER_SHIM_UNDER_TEST, else the driver that runs process/ alone.
std::string ShimUnderTest();

// `command` under the shim, as words of a command line.
std::vector<std::string> UnderShim(const std::vector<std::string>& command,
                                   const std::vector<std::string>& options = {});

// Inherits the test's own environment. Leaves no core files.
class ShimProcess : public injector::testing::RunningProgram {
 public:
  using Outputs = injector::testing::ProgramRun::Outputs;
  struct Setup {
    std::vector<std::string> options;  // of the shim
    std::vector<std::string> command;
    std::vector<std::string> wrapper = {};  // runs the shim: {"unshare", …}
    Outputs outputs = Outputs::kTwoPipes;
    std::function<void()> before_exec = {};
  };

  explicit ShimProcess(const Setup& setup);
  explicit ShimProcess(std::vector<std::string> command)
      : ShimProcess(Setup{{}, std::move(command)}) {}
};

// What a command does under the shim, start to end.
ProgramResult RunShim(const ShimProcess::Setup& setup);
inline ProgramResult RunShim(std::vector<std::string> command) {
  return RunShim(ShimProcess::Setup{{}, std::move(command)});
}

// The state letter of a process ('T' stopped, 'Z' zombie); '?' when it does not exist.
char ProcessState(pid_t pid);
// Waits until the state of `pid` is one of `states`.
void AwaitState(pid_t pid, const std::string& states);

}  // namespace runner_shim
