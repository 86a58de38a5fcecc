#pragma once
// Runs the shim as a separate process, as a shell or a CI runner would: without a controlling
// terminal, with pipes for its output, and gone when the test is.

#include <sys/types.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "injector/base/unique_fd.h"

namespace runner_shim {

// A program of tests/programs.
std::string TestProgram(const std::string& name);

// The shim under test: $RUNNER_SHIM_UNDER_TEST, else the driver that runs process/ alone.
std::string ShimUnderTest();

// Default actions for all signals, none blocked: what runs the tests may have been started with
// some ignored (`make &`). Async-signal-safe.
void ResetSignals();

class ShimProcess {
 public:
  enum class Outputs { kTwoPipes, kOnePipe };
  struct Setup {
    std::vector<std::string> options;  // of the shim
    std::vector<std::string> command;
    std::vector<std::string> wrapper = {};  // runs the shim: {"unshare", …}
    Outputs outputs = Outputs::kTwoPipes;
    // Called in the new process just before it becomes the shim. Async-signal-safe calls only.
    std::function<void()> before_exec = {};
  };

  explicit ShimProcess(const Setup& setup);
  explicit ShimProcess(std::vector<std::string> command)
      : ShimProcess(Setup{{}, std::move(command)}) {}
  ~ShimProcess();
  ShimProcess(const ShimProcess&) = delete;
  ShimProcess& operator=(const ShimProcess&) = delete;

  pid_t pid() const { return pid_; }
  int stdout_fd() const { return out_.get(); }

  // The next line of stdout without its newline; what is left at the end of the stream.
  std::string ReadLine();
  // The rest of stdout; of stderr, or at most its next `limit` bytes.
  std::string ReadOutput();
  std::string ReadErrors(std::size_t limit = std::numeric_limits<std::size_t>::max());
  void CloseOutput() { out_.Reset(); }

  void Send(int signal) const;
  // Waits for the end: the exit status, or minus the signal that ended the shim itself.
  int Wait();

 private:
  pid_t pid_ = -1;
  injector::UniqueFd out_;
  injector::UniqueFd err_;
  std::string buffered_;
};

// What a command did under the shim, start to end.
struct Finished {
  int status = 0;
  std::string output;
  std::string errors;
};
Finished RunShim(const ShimProcess::Setup& setup);
inline Finished RunShim(std::vector<std::string> command) {
  return RunShim(ShimProcess::Setup{{}, std::move(command)});
}

// The state letter of a process ('T' stopped, 'Z' zombie); '?' when it does not exist.
char ProcessState(pid_t pid);
// Waits until the state of `pid` is one of `states`.
void AwaitState(pid_t pid, const std::string& states);

}  // namespace runner_shim
