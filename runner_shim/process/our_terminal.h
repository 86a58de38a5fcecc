#pragma once
// The terminal that we were started on, seen from the outside of the job's pty: its settings, its
// size, and whether it is ours to use at this moment.
//
// Settings are changed only while our process group is in the foreground and always given back
// before we stop, end, or return an error; the destructor is the last resort. After SIGKILL nobody
// can: `stty sane` is the remedy.
//
// Source: termios(3), tty_ioctl(4).

#include <sys/ioctl.h>
#include <termios.h>

#include <optional>
#include <string>

#include "injector/base/unique_fd.h"

namespace runner_shim {

// Which keys still mean signals to the terminal's own driver in raw mode.
enum class KeySignals {
  kToTheJob,  // none: Ctrl-C is a byte for the job's pty
  kToUs,      // as before: others in our pipeline need their Ctrl-C, too
};

class OurTerminal {
 public:
  // Opens the terminal behind `fd` once more, so that reading it without waiting changes nothing
  // for others; where that is refused, borrows `fd`. Requires: `fd` is a terminal.
  explicit OurTerminal(int fd);
  OurTerminal(OurTerminal&& other) noexcept;
  OurTerminal& operator=(OurTerminal&&) = delete;
  ~OurTerminal() { Restore(); }

  int fd() const { return own_.valid() ? own_.get() : borrowed_; }
  // Whether it is the controlling terminal of our session. Another one is somebody else's, whose
  // keys and settings we leave alone: setsid(1) was called below a shell that still uses it.
  bool IsOfOurSession() const;
  // Whether we may read it and change its settings: our group is in its foreground.
  bool IsUsable() const;

  // Bytes pass both ways unchanged until Restore(). Returns the lines that were typed before, as
  // the keys that made them: an end of input is the key for it (VEOF), which raw mode would have
  // turned into a NUL. What is left of them is read in raw mode. They are shown twice, by our
  // terminal when they were typed and by the pty when the job gets them, as with ssh(1) and
  // script(1): whether the job will want an echo is not known before it runs.
  std::string EnterRawMode(KeySignals keys);
  void Restore();
  bool raw() const { return raw_; }

  // The settings as they were found, the last time that raw mode was entered.
  const std::optional<termios>& settings() const { return saved_; }
  std::optional<winsize> Size() const;

 private:
  std::string TakeQueuedLines();

  injector::UniqueFd own_;
  int borrowed_;
  std::optional<termios> saved_;
  bool raw_ = false;
};

}  // namespace runner_shim
