#include "runner_shim/process/our_terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "runner_shim/process/own_description.h"

namespace runner_shim {

using injector::RetryOnEintr;

namespace {

// How much the kernel holds that has been typed and not yet read (N_TTY_BUF_SIZE).
constexpr std::size_t kInputQueueSize = 4096;

bool HasLine(int terminal) {
  pollfd polled = {.fd = terminal, .events = POLLIN, .revents = 0};
  // With POLLHUP it would be the end of the terminal, not of input.
  return RetryOnEintr([&] { return ::poll(&polled, 1, 0); }) == 1 && polled.revents == POLLIN;
}

bool EndsLine(char last, const termios& settings) {
  const auto is_key = [&](int key) {
    const cc_t character = settings.c_cc[key];
    return character != _POSIX_VDISABLE && character == static_cast<cc_t>(last);
  };
  return last == '\n' || is_key(VEOL) || is_key(VEOL2);
}

// Whether the driver acts on `byte` where it is typed, so that in a line it can only be quoted.
bool IsSpecial(char byte, const termios& settings) {
  if (byte == '\n' || byte == '\r') return true;
  for (const int key : {VINTR, VQUIT, VSUSP, VEOF, VEOL, VEOL2, VERASE, VKILL, VWERASE, VREPRINT,
                        VLNEXT, VSTART, VSTOP}) {
    const cc_t character = settings.c_cc[key];
    if (character != _POSIX_VDISABLE && character == static_cast<cc_t>(byte)) return true;
  }
  return false;
}

// The keys that typed `line`: what was quoted (Ctrl-V) is quoted again, lest it act now.
std::string KeysOf(std::string_view line, const termios& settings) {
  const char quote = static_cast<char>(settings.c_cc[VLNEXT]);
  const bool can_quote = (settings.c_lflag & IEXTEN) != 0 && quote != _POSIX_VDISABLE;
  std::string keys;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool ends_line = i + 1 == line.size() && EndsLine(line[i], settings);
    if (can_quote && !ends_line && IsSpecial(line[i], settings)) keys += quote;
    keys += line[i];
  }
  return keys;
}

}  // namespace

OurTerminal::OurTerminal(int fd) : borrowed_(fd) {
  own_ = OpenOwnDescription(fd, O_RDWR);
  termios settings{};
  if (::tcgetattr(fd, &settings) == 0) saved_ = settings;
}

OurTerminal::OurTerminal(OurTerminal&& other) noexcept
    : own_(std::move(other.own_)),
      borrowed_(other.borrowed_),
      saved_(other.saved_),
      raw_(std::exchange(other.raw_, false)) {}

bool OurTerminal::IsOfOurSession() const { return ::tcgetpgrp(fd()) >= 0; }

bool OurTerminal::IsUsable() const { return ::tcgetpgrp(fd()) == ::getpgrp(); }

std::string OurTerminal::EnterRawMode(KeySignals keys) {
  if (raw_ || ::isatty(fd()) == 0) return {};
  // Read anew: the shell may have changed them while we were stopped.
  termios settings{};
  if (::tcgetattr(fd(), &settings) != 0) return {};
  saved_ = settings;
  std::string typed = TakeQueuedLines();
  ::cfmakeraw(&settings);
  if (keys == KeySignals::kToUs) settings.c_lflag |= saved_->c_lflag & ISIG;
  raw_ = ::tcsetattr(fd(), TCSANOW, &settings) == 0;
  return typed;
}

std::string OurTerminal::TakeQueuedLines() {
  if ((saved_->c_lflag & ICANON) == 0) return {};
  // From here on the key that ends input is an ordinary byte, which no change of mode alters. So
  // every end of input is in the queue by now, and none comes while we read. The echo is the pty's.
  termios settings = *saved_;
  settings.c_cc[VEOF] = _POSIX_VDISABLE;
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  if (::tcsetattr(fd(), TCSANOW, &settings) != 0) return {};
  std::string typed;
  std::array<char, kInputQueueSize> line{};
  // No more than the queue could hold, lest somebody who types without end keeps us here.
  while (typed.size() < kInputQueueSize && HasLine(fd())) {
    const ssize_t got = RetryOnEintr([&] { return ::read(fd(), line.data(), line.size()); });
    if (got < 0) break;
    const std::string_view text(line.data(), static_cast<std::size_t>(got));
    typed += KeysOf(text, *saved_);
    if (text.empty() || !EndsLine(text.back(), *saved_)) {
      typed += static_cast<char>(saved_->c_cc[VEOF]);
    }
  }
  return typed;
}

void OurTerminal::Restore() {
  if (!raw_) return;
  raw_ = false;
  // In the background the settings are somebody else's by now.
  if (IsUsable()) ::tcsetattr(fd(), TCSANOW, &*saved_);
}

std::optional<winsize> OurTerminal::Size() const {
  winsize size{};
  if (::ioctl(fd(), TIOCGWINSZ, &size) != 0) return std::nullopt;
  return size;
}

}  // namespace runner_shim
