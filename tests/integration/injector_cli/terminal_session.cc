#include "tests/integration/injector_cli/terminal_session.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "injector/base/file.h"

namespace injector {
namespace {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

template <typename T>
void Send(int fd, const T& value) {
  if (::write(fd, &value, sizeof value) != sizeof value) ::_exit(1);
}

// The program's half of the fork.
[[noreturn]] void BecomeProgram(const std::string& path, char* const* argv, char* const* envp) {
  ::setpgid(0, 0);
  ::tcsetpgrp(STDOUT_FILENO, ::getpid());  // SIGTTOU is ignored until the next line
  ::signal(SIGTTOU, SIG_DFL);
  ::execve(path.c_str(), argv, envp);
  ::_exit(127);
}

// Reports every change of the program's state, then stays until `life` is closed.
[[noreturn]] void LeadUntil(pid_t program, int status_fd, int life) {
  int status = 0;
  while (::waitpid(program, &status, WUNTRACED | WCONTINUED) == program) {
    Send(status_fd, status);
    if (WIFEXITED(status) || WIFSIGNALED(status)) break;
  }
  char byte = 0;
  // Nothing is ever written: it returns when the other end closes.
  const ssize_t closed = ::read(life, &byte, 1);
  ::_exit(closed == 0 ? 0 : 1);
}

}  // namespace

TerminalSession::TerminalSession(const ProgramCall& call, SessionStdin input)
    : person_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  EXPECT_EQ(::grantpt(person_.get()), 0);
  EXPECT_EQ(::unlockpt(person_.get()), 0);
  EXPECT_EQ(::tcgetattr(person_.get(), &before_), 0);
  const std::string tty = ::ptsname(person_.get());
  Pipe status = MakePipe();
  Pipe life = MakePipe();
  std::vector<std::string> words = call.arguments;
  words.insert(words.begin(), call.path);
  std::vector<std::string> environment = call.environment;
  const std::vector<char*> argv = PointersTo(words);
  const std::vector<char*> envp = PointersTo(environment);
  leader_ = ::fork();
  if (leader_ == 0) {
    life.write_end.Reset();
    ::setsid();
    ::signal(SIGTTOU, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    const int fd = ::open(tty.c_str(), O_RDWR);  // the first terminal of a session controls it
    ::dup2(input == SessionStdin::kTerminal ? fd : ::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
    ::close(fd);
    const pid_t program = ::fork();
    if (program == 0) {
      ::signal(SIGHUP, SIG_DFL);
      BecomeProgram(call.path, argv.data(), envp.data());
    }
    Send(status.write_end.get(), program);
    LeadUntil(program, status.write_end.get(), life.read_end.get());
  }
  status_pipe_ = std::move(status.read_end);
  leader_life_ = std::move(life.write_end);
  EXPECT_EQ(::read(status_pipe_.get(), &program_, sizeof program_),
            static_cast<ssize_t>(sizeof program_));
}

TerminalSession::~TerminalSession() {
  ::kill(program_, SIGKILL);  // nothing, unless a test has failed half-way
  leader_life_.Reset();
  ::waitpid(leader_, nullptr, 0);
}

bool TerminalSession::WaitFor(std::string_view text) {
  constexpr int kPatienceMilliseconds = 30'000;
  while (true) {
    const std::size_t found = screen_.find(text, seen_);
    if (found != std::string::npos) {
      seen_ = found + text.size();
      return true;
    }
    pollfd screen = {person_.get(), POLLIN, 0};
    char byte = 0;
    if (::poll(&screen, 1, kPatienceMilliseconds) != 1) return false;
    if (::read(person_.get(), &byte, 1) != 1) return false;
    screen_ += byte;
  }
}

void TerminalSession::Type(std::string_view keys) {
  EXPECT_TRUE(WriteAll(person_.get(), keys, "pty").ok());
}

int TerminalSession::WaitForStatus() {
  int status = 0;
  EXPECT_EQ(::read(status_pipe_.get(), &status, sizeof status),
            static_cast<ssize_t>(sizeof status));
  return status;
}

std::string TerminalSession::WholeScreen() {
  pollfd screen = {person_.get(), POLLIN, 0};
  char byte = 0;
  while (::poll(&screen, 1, 0) == 1 && ::read(person_.get(), &byte, 1) == 1) screen_ += byte;
  return screen_;
}

bool TerminalSession::SettingsAreRestored() const {
  termios now{};
  return ::tcgetattr(person_.get(), &now) == 0 && now.c_lflag == before_.c_lflag &&
         now.c_iflag == before_.c_iflag;
}

bool TerminalSession::EchoIsOn() const {
  termios now{};
  return ::tcgetattr(person_.get(), &now) == 0 && (now.c_lflag & ECHO) != 0;
}

}  // namespace injector
