#include "tests/support/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace injector::testing {
namespace {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

[[noreturn]] void Die(const char* what) {
  std::cerr << what << " failed\n";
  std::abort();
}

Pipe MakePipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) Die("pipe2");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Appends what `fd` has to `text`; closes it at its end.
void Drain(UniqueFd& fd, std::string& text) {
  std::array<char, 65536> chunk;
  const ssize_t got = RetryOnEintr([&] { return ::read(fd.get(), chunk.data(), chunk.size()); });
  if (got <= 0) return fd.Reset();
  text.append(chunk.data(), static_cast<std::size_t>(got));
}

std::vector<std::string> WithPath(std::vector<std::string> environment) {
  const bool has_path = std::any_of(environment.begin(), environment.end(),
                                    [](const std::string& e) { return e.starts_with("PATH="); });
  if (!has_path) environment.push_back("PATH=" + std::string(std::getenv("PATH")));
  return environment;
}

}  // namespace

RunningProgram::RunningProgram(const ProgramRun& run) : stdin_bytes_(run.stdin_bytes) {
  Pipe in = MakePipe();
  Pipe out = MakePipe();
  Pipe err = MakePipe();
  std::vector<std::string> argv_text = run.argv;
  std::vector<std::string> environment_text = WithPath(run.environment);
  const std::vector<char*> argv = Pointers(argv_text);
  const std::vector<char*> environment = Pointers(environment_text);

  pid_ = ::fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) {
    ::dup2(in.read_end.get(), 0);
    ::dup2(out.write_end.get(), 1);
    ::dup2(err.write_end.get(), 2);
    if (!run.working_directory.empty() && ::chdir(run.working_directory.c_str()) != 0) ::_exit(99);
    ::execvpe(argv[0], argv.data(), environment.data());
    ::_exit(99);
  }
  in_ = std::move(in.write_end);
  out_ = std::move(out.read_end);
  err_ = std::move(err.read_end);
  if (stdin_bytes_.empty()) in_.Reset();
  // A program that exits without reading its input must not end the test with SIGPIPE.
  ::signal(SIGPIPE, SIG_IGN);
}

RunningProgram::~RunningProgram() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  RetryOnEintr([&] { return ::waitpid(pid_, nullptr, 0); });
}

void RunningProgram::Step() {
  std::array<pollfd, 3> polled = {pollfd{out_.get(), POLLIN, 0}, pollfd{err_.get(), POLLIN, 0},
                                  pollfd{in_.get(), POLLOUT, 0}};
  if (RetryOnEintr([&] { return ::poll(polled.data(), polled.size(), -1); }) < 0) Die("poll");
  if (polled[0].revents != 0) Drain(out_, result_.out);
  if (polled[1].revents != 0) Drain(err_, result_.err);
  if (polled[2].revents == 0) return;
  const std::string_view rest = std::string_view(stdin_bytes_).substr(supplied_);
  const ssize_t wrote = RetryOnEintr(
      [&] { return ::write(in_.get(), rest.data(), std::min<std::size_t>(rest.size(), 4096)); });
  if (wrote > 0) supplied_ += static_cast<std::size_t>(wrote);
  if (wrote < 0 || supplied_ == stdin_bytes_.size()) in_.Reset();
}

bool RunningProgram::WaitForOutput(std::string_view marker) {
  while (result_.out.find(marker) == std::string::npos) {
    if (!out_.valid()) return false;
    Step();
  }
  return true;
}

void RunningProgram::Signal(int signal_number) const { ::kill(pid_, signal_number); }

ProgramResult RunningProgram::Finish() {
  while (out_.valid() || err_.valid()) Step();
  int status = 0;
  RetryOnEintr([&] { return ::waitpid(pid_, &status, 0); });
  pid_ = -1;
  result_.exit_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return std::move(result_);
}

ProgramResult RunProgram(const ProgramRun& run) { return RunningProgram(run).Finish(); }

}  // namespace injector::testing
