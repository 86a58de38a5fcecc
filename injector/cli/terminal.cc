#include "injector/cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // sigset_t, kill: POSIX, not in <csignal>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <string>

#include "injector/base/file.h"

namespace injector {
namespace {

constexpr std::array kSignals = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
// termios(3): in canonical mode a line holds at most 4,095 bytes and a newline; the rest is dropped
// silently. So of a line that fills this, nobody knows whether it was the whole.
constexpr std::size_t kFullLine = 4095;

// Turns the signals that would leave the terminal without echo into data on a descriptor, so that
// nothing has to be done in a handler. Gives back the mask it found.
class HeldSignals {
 public:
  static Result<HeldSignals> Start() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : kSignals) ::sigaddset(&signals, signal);
    UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC));
    if (!fd.valid()) return Error::FromErrno(errno, "signalfd");
    sigset_t before;
    if (::sigprocmask(SIG_BLOCK, &signals, &before) != 0) {
      return Error::FromErrno(errno, "sigprocmask");
    }
    return HeldSignals(std::move(fd), before);
  }
  HeldSignals(HeldSignals&&) = default;
  HeldSignals& operator=(HeldSignals&&) = delete;
  ~HeldSignals() {
    if (fd_.valid()) ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }

  int fd() const { return fd_.get(); }

  // Lets the signal that waits on fd() do now what it would have done. Returns when the program
  // survives it: it was ignored, or stopped us and we are continued.
  void DeliverNext() {
    signalfd_siginfo info;
    if (RetryOnEintr([&] { return ::read(fd_.get(), &info, sizeof info); }) != sizeof info) return;
    sigset_t blocked;
    ::kill(::getpid(), static_cast<int>(info.ssi_signo));
    ::sigprocmask(SIG_SETMASK, &before_, &blocked);  // delivered here
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
  }

 private:
  HeldSignals(UniqueFd fd, const sigset_t& before) : fd_(std::move(fd)), before_(before) {}
  UniqueFd fd_;
  sigset_t before_;
};

// Line editing by the kernel, without echo, until destroyed. Both changes flush: what was typed
// ahead is not an answer, and the surplus lines of a pasted key must not end up in the shell.
class EchoOff {
 public:
  static Result<EchoOff> Start(int tty) {
    termios before;
    if (::tcgetattr(tty, &before) != 0) return Error::FromErrno(errno, "read terminal settings");
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    silent.c_iflag |= ICRNL;
    if (::tcsetattr(tty, TCSAFLUSH, &silent) != 0) {
      return Error::FromErrno(errno, "turn off terminal echo");
    }
    return EchoOff(tty, before);
  }
  EchoOff(EchoOff&& other) noexcept : tty_(std::exchange(other.tty_, -1)), before_(other.before_) {}
  EchoOff& operator=(EchoOff&&) = delete;
  ~EchoOff() {
    if (tty_ >= 0) ::tcsetattr(tty_, TCSAFLUSH, &before_);
  }

 private:
  EchoOff(int tty, const termios& before) : tty_(tty), before_(before) {}
  int tty_;
  termios before_;
};

enum class Event { kLine, kSignal };

Result<Event> WaitForEvent(int tty, int signal_fd) {
  std::array<pollfd, 2> watched = {pollfd{tty, POLLIN, 0}, pollfd{signal_fd, POLLIN, 0}};
  if (RetryOnEintr([&] { return ::poll(watched.data(), watched.size(), -1); }) < 0) {
    return Error::FromErrno(errno, "wait for the terminal");
  }
  return watched[1].revents != 0 ? Event::kSignal : Event::kLine;
}

// What read(2) gave us, without the newline; there is none when the line was ended by ^D.
Result<Secret> AnswerFrom(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.size() < kFullLine) return Secret::CopyOf(line);
  return Error(ErrorCode::kInvalidArgument,
               "answer: longer than the 4,094 bytes that can be typed in one line")
      .WithHint("give it from a file, or through stdin");
}

Result<Secret> ReadLine(int tty) {
  Secret line(kFullLine + 1);
  const ssize_t got = RetryOnEintr(
      [&] { return ::read(tty, line.RevealMutable().data(), line.RevealMutable().size()); });
  if (got < 0) return Error::FromErrno(errno, "read from the terminal");
  return AnswerFrom(line.Reveal().substr(0, static_cast<std::size_t>(got)));
}

// Asks with echo off; nothing when a signal came before the answer. The question comes after the
// flush: an answer typed as soon as it shows must not be lost.
Result<std::optional<Secret>> AskUnlessSignalled(int tty, std::string_view question,
                                                 int signal_fd) {
  ASSIGN_OR_RETURN(const EchoOff echo_off, EchoOff::Start(tty));
  RETURN_IF_ERROR(WriteAll(tty, question, "terminal"));
  ASSIGN_OR_RETURN(const Event event, WaitForEvent(tty, signal_fd));
  if (event == Event::kSignal) return std::optional<Secret>();
  ASSIGN_OR_RETURN(Secret line, ReadLine(tty));
  return std::optional<Secret>(std::move(line));
}

}  // namespace

Result<Terminal> Terminal::Open() {
  UniqueFd fd(RetryOnEintr([] { return ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY); }));
  if (!fd.valid()) return Error(ErrorCode::kFailedPrecondition, "there is no terminal to ask on");
  return Terminal(std::move(fd));
}

Result<Secret> Terminal::AskSecret(std::string_view question) {
  ASSIGN_OR_RETURN(Secret answer, AskOptionalSecret(question));
  if (answer.empty()) return Error(ErrorCode::kInvalidArgument, "no answer was given");
  return answer;
}

Result<Secret> Terminal::AskOptionalSecret(std::string_view question) {
  // Held before echo goes off, given back after it is on again: no signal finds it off.
  ASSIGN_OR_RETURN(HeldSignals signals, HeldSignals::Start());
  while (true) {
    Result<std::optional<Secret>> answer = AskUnlessSignalled(fd_.get(), question, signals.fd());
    RETURN_IF_ERROR(WriteAll(fd_.get(), "\n", "terminal"));  // the one that was typed did not show
    if (!answer.ok()) return std::move(answer).error();
    if (answer->has_value()) return *std::move(*answer);
    signals.DeliverNext();
  }
}

Result<std::string> Terminal::AskLine(std::string_view question) {
  RETURN_IF_ERROR(WriteAll(fd_.get(), question, "terminal"));
  std::string line(kFullLine + 1, '\0');
  const ssize_t got = RetryOnEintr([&] { return ::read(fd_.get(), line.data(), line.size()); });
  if (got < 0) return Error::FromErrno(errno, "read from the terminal");
  if (got == 0) return Error(ErrorCode::kFailedPrecondition, "the questions were left unanswered");
  ASSIGN_OR_RETURN(const Secret answer,
                   AnswerFrom(std::string_view(line).substr(0, static_cast<std::size_t>(got))));
  return std::string(answer.Reveal());
}

Status Terminal::Show(std::string_view line) {
  return WriteAll(fd_.get(), std::string(line) + "\n", "terminal");
}

Result<Secret> Terminal::AskNewSecret(std::string_view question) {
  ASSIGN_OR_RETURN(Secret first, AskSecret(question));
  ASSIGN_OR_RETURN(const Secret second, AskSecret("the same again: "));
  if (!(first == second)) {
    return Error(ErrorCode::kInvalidArgument, "the two answers differ; nothing was changed");
  }
  return first;
}

}  // namespace injector
