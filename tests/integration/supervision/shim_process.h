#pragma once
// The real shim as a separate process, with no connection: as an init and a scrubber. What the
// tests of the shim alone share.

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace runner_shim {

using injector::testing::ProgramResult;

// A program of tests/programs, where any user can run it.
std::string TestProgram(const std::string& name);

// `command` under the shim, as words of a command line.
std::vector<std::string> UnderShim(const std::vector<std::string>& command,
                                   const std::vector<std::string>& options = {});

// The test's own environment without settings of a shim's.
std::vector<std::string> PlainEnvironment();

// Has PlainEnvironment(). Leaves no core files.
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
