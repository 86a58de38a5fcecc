#include "runner_shim/process/our_terminal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace runner_shim {

using injector::RetryOnEintr;
using injector::UniqueFd;

OurTerminal::OurTerminal(int fd) : borrowed_(fd) {
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  own_ = UniqueFd(RetryOnEintr(
      [&] { return ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); }));
  termios settings{};
  if (::tcgetattr(fd, &settings) == 0) saved_ = settings;
}

OurTerminal::OurTerminal(OurTerminal&& other) noexcept
    : own_(std::move(other.own_)),
      borrowed_(other.borrowed_),
      saved_(other.saved_),
      raw_(std::exchange(other.raw_, false)) {}

bool OurTerminal::IsUsable() const {
  const pid_t foreground = ::tcgetpgrp(fd());
  return foreground < 0 ? errno == ENOTTY : foreground == ::getpgrp();
}

void OurTerminal::EnterRawMode(KeySignals keys) {
  if (raw_ || ::isatty(fd()) == 0) return;
  // Read anew: the shell may have changed them while we were stopped.
  termios settings{};
  if (::tcgetattr(fd(), &settings) != 0) return;
  saved_ = settings;
  ::cfmakeraw(&settings);
  if (keys == KeySignals::kToUs) settings.c_lflag |= saved_->c_lflag & ISIG;
  raw_ = ::tcsetattr(fd(), TCSANOW, &settings) == 0;
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
