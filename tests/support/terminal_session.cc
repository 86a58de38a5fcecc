#include "tests/support/terminal_session.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

#include "tests/support/run_program.h"

namespace injector::testing {
namespace {

using Place = TerminalSession::Place;

constexpr int kPatienceMilliseconds = 60'000;

// Makes `slave` the terminal of the calling process, which leads a new session.
void TakeTerminal(const TerminalSession::Setup& setup, int slave) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  ::ioctl(slave, TIOCSCTTY, 0);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const std::array<Place, 3> places = {setup.input, setup.output, setup.errors};
  for (int fd = 0; fd < 3; ++fd) {
    const bool terminal = places[static_cast<std::size_t>(fd)] == Place::kTerminal;
    ::dup2(terminal ? slave : nowhere, fd);
  }
}

[[noreturn]] void BecomeProgram(char* const* argv, char* const* environment) {
  ResetSignals();
  ::execvpe(argv[0], argv, environment);
  ::_exit(99);
}

template <typename T>
void Send(int fd, const T& value) {
  if (::write(fd, &value, sizeof value) != sizeof value) ::_exit(1);
}

// Reports every change of the program's state, then stays until `life` is closed.
[[noreturn]] void LeadUntil(pid_t program, int statuses, int life) {
  int status = 0;
  while (::waitpid(program, &status, WUNTRACED | WCONTINUED) == program) {
    Send(statuses, status);
    if (WIFEXITED(status) || WIFSIGNALED(status)) break;
  }
  char byte = 0;
  // Nothing is ever written: it returns when the other end closes.
  const ssize_t closed = ::read(life, &byte, 1);
  ::_exit(closed == 0 ? 0 : 1);
}

std::array<UniqueFd, 2> MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

int ExitStatusOf(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

std::vector<std::string> EnvironmentOf(const TerminalSession::Setup& setup) {
  if (!setup.environment.empty()) return setup.environment;
  std::vector<std::string> entries = OwnEnvironment();
  std::erase_if(entries, [](const std::string& entry) {
    return entry.starts_with("TERM=") || entry.starts_with("PS1=");
  });
  entries.insert(entries.end(), {"TERM=dumb", "PS1=prompt> "});
  return entries;
}

}  // namespace

bool AreSameSettings(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag &&
         a.c_lflag == b.c_lflag && std::memcmp(a.c_cc, b.c_cc, sizeof a.c_cc) == 0;
}

TerminalSession::TerminalSession(const Setup& setup) {
  std::vector<std::string> words = setup.argv;
  std::vector<std::string> entries = EnvironmentOf(setup);
  const std::vector<char*> argv = PointersTo(words);
  const std::vector<char*> environment = PointersTo(entries);

  int master = -1;
  int slave = -1;
  const winsize size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) std::abort();
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  master_ = UniqueFd(master);
  slave_ = UniqueFd(slave);
  before_ = Settings();
  if (setup.leader == Leader::kShell) {
    StartUnderShell(setup, argv.data(), environment.data());
    return;
  }
  program_ = ::fork();
  if (program_ != 0) return;
  TakeTerminal(setup, slave);
  BecomeProgram(argv.data(), environment.data());
}

void TerminalSession::StartUnderShell(const Setup& setup, char* const* argv,
                                      char* const* environment) {
  auto [status_reader, status_writer] = MakePipe();
  auto [life_reader, life_writer] = MakePipe();
  leader_ = ::fork();
  if (leader_ == 0) {
    life_writer.Reset();
    TakeTerminal(setup, slave_.get());
    ::signal(SIGTTOU, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    const pid_t program = ::fork();
    if (program == 0) {
      ::setpgid(0, 0);
      ::tcsetpgrp(slave_.get(), ::getpid());
      BecomeProgram(argv, environment);
    }
    Send(status_writer.get(), program);
    LeadUntil(program, status_writer.get(), life_reader.get());
  }
  statuses_ = std::move(status_reader);
  leader_life_ = std::move(life_writer);
  if (::read(statuses_.get(), &program_, sizeof program_) != sizeof program_) std::abort();
}

TerminalSession::~TerminalSession() {
  if (program_ >= 0) ::kill(program_, SIGKILL);  // a test has failed half-way
  leader_life_.Reset();
  if (leader_ >= 0) {
    ::waitpid(leader_, nullptr, 0);
  } else if (program_ >= 0) {
    ::waitpid(program_, nullptr, 0);
  }
}

void TerminalSession::Type(std::string_view keys) const {
  if (::write(master_.get(), keys.data(), keys.size()) < 0) std::abort();
}

void TerminalSession::Resize(unsigned short rows, unsigned short columns) const {
  const winsize size = {.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(master_.get(), TIOCSWINSZ, &size);
}

void TerminalSession::HangUp() { master_.Reset(); }

TerminalSession::Read TerminalSession::ReadMore(int patience_milliseconds) {
  pollfd screen = {.fd = master_.get(), .events = POLLIN, .revents = 0};
  if (RetryOnEintr([&] { return ::poll(&screen, 1, patience_milliseconds); }) != 1) {
    return Read::kNothing;
  }
  std::array<char, 4096> chunk{};
  const ssize_t got =
      RetryOnEintr([&] { return ::read(master_.get(), chunk.data(), chunk.size()); });
  if (got <= 0) return Read::kEnd;
  screen_.append(chunk.data(), static_cast<std::size_t>(got));
  return Read::kSome;
}

bool TerminalSession::Shows(std::string_view text) { return AwaitText(text).ends_with(text); }

std::string TerminalSession::AwaitText(std::string_view text) {
  std::size_t found = 0;
  while ((found = screen_.find(text, seen_)) == std::string::npos) {
    if (ReadMore(kPatienceMilliseconds) == Read::kSome) continue;
    return screen_.substr(std::exchange(seen_, screen_.size()));
  }
  const std::size_t start = std::exchange(seen_, found + text.size());
  return screen_.substr(start, seen_ - start);
}

std::string TerminalSession::ReadAll() {
  slave_.Reset();
  while (ReadMore(-1) == Read::kSome) {
  }
  return screen_.substr(std::exchange(seen_, screen_.size()));
}

std::string TerminalSession::WholeScreen() {
  while (ReadMore(0) == Read::kSome) {
  }
  return screen_;
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

int TerminalSession::NextStatus() {
  int status = 0;
  if (::read(statuses_.get(), &status, sizeof status) != sizeof status) std::abort();
  if (WIFEXITED(status) || WIFSIGNALED(status)) program_ = -1;
  return status;
}

int TerminalSession::Wait() {
  int status = 0;
  if (leader_ >= 0) {
    do status = NextStatus();
    while (program_ >= 0);
    return ExitStatusOf(status);
  }
  RetryOnEintr([&] { return ::waitpid(std::exchange(program_, -1), &status, 0); });
  return ExitStatusOf(status);
}

}  // namespace injector::testing
