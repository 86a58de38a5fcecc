#include "runner_shim/process/terminal_relay.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "runner_shim/process/pseudo_terminal.h"

namespace runner_shim {
namespace {

using injector::RetryOnEintr;
using injector::UniqueFd;

constexpr std::chrono::milliseconds kForegroundCheck{250};

}  // namespace

TerminalRelay::TerminalRelay(EventLoop& loop, OurTerminal terminal, UniqueFd master,
                             KeySignals keys)
    : terminal_(std::move(terminal)),
      master_(std::move(master)),
      keys_(keys),
      terminal_watch_(loop, terminal_.fd(), FdWatch::kPaused, [this](short) { ReadKeys(); }),
      master_watch_(loop, master_.get(), FdWatch::kPaused, [this](short) { WriteKeys(); }),
      foreground_timer_(loop, [this] { TakeTerminal(); }) {}

void TerminalRelay::TakeTerminal() {
  if (!terminal_.IsUsable()) {
    foreground_timer_.Start(kForegroundCheck);
    return;
  }
  EnterRawMode();
  CopySize();
  if (pending_.empty()) {
    terminal_watch_.SetEvents(POLLIN);
  } else {
    WriteKeys();
  }
}

void TerminalRelay::EnterRawMode() {
  const std::optional<termios> copied = terminal_.settings();
  pending_ += terminal_.EnterRawMode(keys_);
  // We may have been started in the background, where the pty got what a shell's line editor needs.
  const bool first = !std::exchange(was_taken_, true);
  if (first && copied) UpdateSettings(master_.get(), *copied, *terminal_.settings());
}

void TerminalRelay::ReturnTerminal() {
  foreground_timer_.Cancel();
  terminal_watch_.SetEvents(FdWatch::kPaused);
  terminal_.Restore();
}

void TerminalRelay::CopySize() { runner_shim::CopySize(terminal_, master_.get()); }

void TerminalRelay::ReadKeys() {
  // Somebody may have put us into the background: then reading fails with EIO, and these are not
  // our keys.
  if (!terminal_.IsUsable()) {
    ReturnTerminal();
    return TakeTerminal();
  }
  std::array<char, 4096> keys{};
  const ssize_t got =
      RetryOnEintr([&] { return ::read(terminal_.fd(), keys.data(), keys.size()); });
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    // The terminal is gone; SIGHUP says the rest.
    terminal_watch_.SetEvents(FdWatch::kPaused);
    return;
  }
  pending_.append(keys.data(), static_cast<std::size_t>(got));
  WriteKeys();
}

void TerminalRelay::WriteKeys() {
  const ssize_t wrote =
      RetryOnEintr([&] { return ::write(master_.get(), pending_.data(), pending_.size()); });
  const bool failed = wrote < 0 && errno != EAGAIN;
  if (failed) pending_.clear();
  if (wrote > 0) pending_.erase(0, static_cast<std::size_t>(wrote));
  // A job that reads nothing stops us reading: keys wait where they would wait without us.
  master_watch_.SetEvents(pending_.empty() ? FdWatch::kPaused : POLLOUT);
  terminal_watch_.SetEvents(pending_.empty() ? POLLIN : FdWatch::kPaused);
}

}  // namespace runner_shim
