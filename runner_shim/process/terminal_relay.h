#pragma once
// TerminalRelay: what a person types on our terminal goes to the job's pty. While we have the
// terminal it is in raw mode, so that the pty's settings alone decide what keys mean; in the
// background neither its settings nor its input are touched. (The other direction is an
// OutputStream.)

#include <string>

#include "injector/base/unique_fd.h"
#include "runner_shim/process/event_loop.h"
#include "runner_shim/process/our_terminal.h"

namespace runner_shim {

class TerminalRelay {
 public:
  // `master` is a descriptor of the pty's master of our own.
  TerminalRelay(EventLoop& loop, OurTerminal terminal, injector::UniqueFd master, KeySignals keys);

  // Takes the terminal if it is ours, else looks again from time to time: a shell tells a running
  // background job nothing when it brings it to the foreground.
  void TakeTerminal();
  // Gives it back: before we stop, and at the end.
  void ReturnTerminal();

  // The window has changed.
  void CopySize();
  bool terminal_is_raw() const { return terminal_.raw(); }

 private:
  void EnterRawMode();
  void ReadKeys();
  void WriteKeys();

  OurTerminal terminal_;
  injector::UniqueFd master_;
  KeySignals keys_;
  bool was_taken_ = false;
  std::string pending_;  // typed, not yet taken by the pty
  FdWatch terminal_watch_;
  FdWatch master_watch_;
  Timer foreground_timer_;
};

}  // namespace runner_shim
