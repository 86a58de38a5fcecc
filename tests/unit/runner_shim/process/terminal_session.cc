#include "terminal_session.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "shim_process.h"

namespace runner_shim {
namespace {

using injector::RetryOnEintr;
using injector::UniqueFd;

[[noreturn]] void BecomeProgram(const TerminalSession::Setup& setup, int slave, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  ::ioctl(slave, TIOCSCTTY, 0);
  ResetSignals();
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const std::array<TerminalSession::Place, 3> places = {setup.input, setup.output, setup.errors};
  for (int fd = 0; fd < 3; ++fd) {
    const bool terminal = places[static_cast<std::size_t>(fd)] == TerminalSession::Place::kTerminal;
    ::dup2(terminal ? slave : nowhere, fd);
  }
  ::setenv("TERM", "dumb", 1);
  ::setenv("PS1", "prompt> ", 1);
  ::execvp(argv[0], argv);
  ::_exit(99);
}

}  // namespace

TerminalSession::TerminalSession(const Setup& setup) {
  std::vector<std::string> words = setup.command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  int master = -1;
  int slave = -1;
  const winsize size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) std::abort();
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  master_ = UniqueFd(master);
  slave_ = UniqueFd(slave);
  pid_ = ::fork();
  if (pid_ == 0) BecomeProgram(setup, slave, argv.data());
}

TerminalSession::~TerminalSession() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void TerminalSession::Type(const std::string& keys) const {
  if (::write(master_.get(), keys.data(), keys.size()) < 0) std::abort();
}

void TerminalSession::Resize(unsigned short rows, unsigned short columns) const {
  const winsize size = {.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(master_.get(), TIOCSWINSZ, &size);
}

bool TerminalSession::ReadMore() {
  std::array<char, 4096> chunk{};
  const ssize_t got =
      RetryOnEintr([&] { return ::read(master_.get(), chunk.data(), chunk.size()); });
  if (got <= 0) return false;
  shown_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string TerminalSession::AwaitText(const std::string& text) {
  std::size_t found = 0;
  while ((found = shown_.find(text)) == std::string::npos) {
    if (!ReadMore()) return std::exchange(shown_, {});
  }
  std::string result = shown_.substr(0, found + text.size());
  shown_.erase(0, found + text.size());
  return result;
}

std::string TerminalSession::ReadAll() {
  slave_.Reset();
  while (ReadMore()) {
  }
  return std::exchange(shown_, {});
}

termios TerminalSession::Settings() const {
  termios settings{};
  ::tcgetattr(slave_.get(), &settings);
  return settings;
}

void TerminalSession::AwaitMode(Mode mode) const {
  // Nobody is told of a change of settings; the test's time-out ends a wait in vain.
  while (((Settings().c_lflag & ICANON) == 0) != (mode == Mode::kRaw)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

int TerminalSession::Wait() {
  int status = 0;
  RetryOnEintr([&] { return ::waitpid(std::exchange(pid_, -1), &status, 0); });
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace runner_shim
