#include "tests/support/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
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

// Appends what `fd` has, at most `limit` bytes, to `text`; closes it at its end.
void Drain(UniqueFd& fd, std::string& text,
           std::size_t limit = std::numeric_limits<std::size_t>::max()) {
  std::array<char, 65536> chunk;
  const std::size_t size = std::min(chunk.size(), limit);
  const ssize_t got = RetryOnEintr([&] { return ::read(fd.get(), chunk.data(), size); });
  if (got <= 0) return fd.Reset();
  text.append(chunk.data(), static_cast<std::size_t>(got));
}

std::vector<std::string> WithPath(std::vector<std::string> environment) {
  const bool has_path = std::any_of(environment.begin(), environment.end(),
                                    [](const std::string& e) { return e.starts_with("PATH="); });
  if (!has_path) environment.push_back("PATH=" + std::string(std::getenv("PATH")));
  return environment;
}

[[noreturn]] void BecomeProgram(const ProgramRun& run, char* const* argv, char* const* environment,
                                const std::array<int, 3>& descriptors) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  ResetSignals();
  for (int fd = 0; fd < 3; ++fd) ::dup2(descriptors[static_cast<std::size_t>(fd)], fd);
  if (!run.working_directory.empty() && ::chdir(run.working_directory.c_str()) != 0) ::_exit(99);
  if (run.before_exec) run.before_exec();
  ::execvpe(argv[0], argv, environment);
  ::_exit(99);
}

}  // namespace

std::vector<char*> PointersTo(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> OwnEnvironment() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

void ResetSignals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

RunningProgram::RunningProgram(const ProgramRun& run) : stdin_bytes_(run.stdin_bytes) {
  Pipe in = MakePipe();
  Pipe out = MakePipe();
  Pipe err = MakePipe();
  std::vector<std::string> argv_text = run.argv;
  std::vector<std::string> environment_text = WithPath(run.environment);
  const std::vector<char*> argv = PointersTo(argv_text);
  const std::vector<char*> environment = PointersTo(environment_text);
  const bool one_pipe = run.outputs == ProgramRun::Outputs::kOnePipe;
  const std::array<int, 3> descriptors = {in.read_end.get(), out.write_end.get(),
                                          one_pipe ? out.write_end.get() : err.write_end.get()};

  pid_ = ::fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) BecomeProgram(run, argv.data(), environment.data(), descriptors);
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

std::string RunningProgram::ReadLine() {
  std::size_t end = 0;
  while ((end = result_.out.find('\n', read_)) == std::string::npos) {
    if (!out_.valid()) return ReadOutput();
    Drain(out_, result_.out);
  }
  const std::size_t start = std::exchange(read_, end + 1);
  return result_.out.substr(start, end - start);
}

std::string RunningProgram::ReadOutput() {
  while (out_.valid()) Drain(out_, result_.out);
  return result_.out.substr(std::exchange(read_, result_.out.size()));
}

std::string RunningProgram::ReadErrors(std::size_t limit) {
  const std::size_t start = result_.err.size();
  while (err_.valid() && result_.err.size() - start < limit) {
    Drain(err_, result_.err, limit - (result_.err.size() - start));
  }
  return result_.err.substr(start);
}

void RunningProgram::Signal(int signal_number) const { ::kill(pid_, signal_number); }

int RunningProgram::Wait() {
  int status = 0;
  RetryOnEintr([&] { return ::waitpid(std::exchange(pid_, -1), &status, 0); });
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

ProgramResult RunningProgram::Finish() {
  while (out_.valid() || err_.valid()) Step();
  result_.exit_status = Wait();
  return std::move(result_);
}

ProgramResult RunProgram(const ProgramRun& run) { return RunningProgram(run).Finish(); }

}  // namespace injector::testing
