#include "shim_process.h"
#include "tests/support/paths.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace runner_shim {
namespace {

using injector::RetryOnEintr;
using injector::UniqueFd;

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

Pipe OpenPipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

[[noreturn]] void BecomeShim(const ShimProcess::Setup& setup, std::vector<char*>& argv, int out,
                             int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  ResetSignals();
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  core.rlim_cur = 0;
  ::setrlimit(RLIMIT_CORE, &core);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (setup.before_exec) setup.before_exec();
  ::execvp(argv.front(), argv.data());
  ::_exit(99);
}

std::string ReadUpTo(int fd, std::size_t limit) {
  std::string text;
  std::array<char, 65536> chunk{};
  while (text.size() < limit) {
    const std::size_t size = std::min(chunk.size(), limit - text.size());
    const ssize_t got = RetryOnEintr([&] { return ::read(fd, chunk.data(), size); });
    if (got <= 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

std::string TestProgram(const std::string& name) { return tests::TestProgram(name); }

void ResetSignals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::string ShimUnderTest() {
  const char* path = std::getenv("RUNNER_SHIM_UNDER_TEST");
  return path != nullptr ? path : TestProgram("supervise_driver");
}

ShimProcess::ShimProcess(const Setup& setup) {
  std::vector<std::string> words = setup.wrapper;
  words.push_back(ShimUnderTest());
  words.insert(words.end(), setup.options.begin(), setup.options.end());
  words.emplace_back("--");
  words.insert(words.end(), setup.command.begin(), setup.command.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  Pipe out = OpenPipe();
  Pipe err = OpenPipe();
  const int err_target = setup.outputs == Outputs::kOnePipe ? out.writer.get() : err.writer.get();
  pid_ = ::fork();
  if (pid_ == 0) BecomeShim(setup, argv, out.writer.get(), err_target);
  out_ = std::move(out.reader);
  err_ = std::move(err.reader);
}

ShimProcess::~ShimProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string ShimProcess::ReadLine() {
  while (true) {
    const std::size_t end = buffered_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> chunk{};
    const ssize_t got =
        RetryOnEintr([&] { return ::read(out_.get(), chunk.data(), chunk.size()); });
    if (got <= 0) return std::exchange(buffered_, {});
    buffered_.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

std::string ShimProcess::ReadOutput() {
  return std::exchange(buffered_, {}) +
         ReadUpTo(out_.get(), std::numeric_limits<std::size_t>::max());
}

std::string ShimProcess::ReadErrors(std::size_t limit) { return ReadUpTo(err_.get(), limit); }

void ShimProcess::Send(int signal) const { ::kill(pid_, signal); }

int ShimProcess::Wait() {
  int status = 0;
  RetryOnEintr([&] { return ::waitpid(std::exchange(pid_, -1), &status, 0); });
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Finished RunShim(const ShimProcess::Setup& setup) {
  ShimProcess shim(setup);
  Finished finished;
  // Beside each other: neither may stop the shim while the other is read.
  std::thread errors([&] { finished.errors = shim.ReadErrors(); });
  finished.output = shim.ReadOutput();
  errors.join();
  finished.status = shim.Wait();
  return finished;
}

char ProcessState(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t after_name = text.rfind(')');
  return after_name == std::string::npos ? '?' : text[after_name + 2];
}

void AwaitState(pid_t pid, const std::string& states) {
  // A stop is no event for anybody but the parent. The test's time-out ends a wait in vain.
  while (states.find(ProcessState(pid)) == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace runner_shim
