#include "tests/support/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include "injector/base/unique_fd.h"

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

// Writes some of `rest`; closes when all is written or nobody reads.
void Supply(UniqueFd& fd, std::string_view& rest) {
  const ssize_t wrote = RetryOnEintr(
      [&] { return ::write(fd.get(), rest.data(), std::min<std::size_t>(rest.size(), 4096)); });
  if (wrote > 0) rest.remove_prefix(static_cast<std::size_t>(wrote));
  if (wrote < 0 || rest.empty()) fd.Reset();
}

int WaitFor(pid_t pid) {
  int status = 0;
  RetryOnEintr([&] { return ::waitpid(pid, &status, 0); });
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProgramResult RunProgram(const ProgramRun& run) {
  Pipe in = MakePipe();
  Pipe out = MakePipe();
  Pipe err = MakePipe();
  std::vector<std::string> argv_text = run.argv;
  std::vector<std::string> env_text = run.environment;
  const bool has_path = std::any_of(env_text.begin(), env_text.end(),
                                    [](const std::string& e) { return e.starts_with("PATH="); });
  if (!has_path) env_text.push_back("PATH=" + std::string(std::getenv("PATH")));
  const std::vector<char*> argv = Pointers(argv_text);
  const std::vector<char*> env = Pointers(env_text);

  const pid_t pid = ::fork();
  if (pid < 0) Die("fork");
  if (pid == 0) {
    ::dup2(in.read_end.get(), 0);
    ::dup2(out.write_end.get(), 1);
    ::dup2(err.write_end.get(), 2);
    if (!run.working_directory.empty() && ::chdir(run.working_directory.c_str()) != 0) ::_exit(99);
    ::execvpe(argv[0], argv.data(), env.data());
    ::_exit(99);
  }
  in.read_end.Reset();
  out.write_end.Reset();
  err.write_end.Reset();

  ProgramResult result;
  std::string_view rest = run.stdin_bytes;
  if (rest.empty()) in.write_end.Reset();
  // A program that exits without reading its input must not end the test with SIGPIPE.
  const auto previous = ::signal(SIGPIPE, SIG_IGN);
  while (out.read_end.valid() || err.read_end.valid()) {
    std::array<pollfd, 3> polled = {pollfd{out.read_end.get(), POLLIN, 0},
                                    pollfd{err.read_end.get(), POLLIN, 0},
                                    pollfd{in.write_end.get(), POLLOUT, 0}};
    if (RetryOnEintr([&] { return ::poll(polled.data(), polled.size(), -1); }) < 0) Die("poll");
    if (polled[0].revents != 0) Drain(out.read_end, result.out);
    if (polled[1].revents != 0) Drain(err.read_end, result.err);
    if (polled[2].revents != 0) Supply(in.write_end, rest);
  }
  ::signal(SIGPIPE, previous);
  result.exit_status = WaitFor(pid);
  return result;
}

}  // namespace injector::testing
