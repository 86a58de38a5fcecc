#pragma once
// OutputStream: carries one output of the job - from our end of its pipe, through the filter, to
// our own descriptor. Back-pressure is by not reading: while the sink takes nothing the pipe is
// left alone, fills, and stops the writer, so memory is bounded by one read and what the filter
// makes of it. Each stream waits for its own sink only.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/error.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/process/event_loop.h"
#include "runner_shim/process/output_sink.h"
#include "runner_shim/process/pipe_capacity.h"
#include "runner_shim/process/stream_filter.h"

namespace runner_shim {

class OutputStream {
 public:
  // Whose the source is.
  enum class Source {
    kOurs,  // a pipe or pty that nobody else reads: it is made non-blocking
    // Our stdin, whatever that is: read when poll(2) says so. Pipes on both sides are made larger
    // together, and read errors count.
    kStdin,
  };

  // Reads from `source` and writes to `target`, which it does not own. `name` ("stdout") stands for
  // the target in errors.
  OutputStream(EventLoop& loop, injector::UniqueFd source, int target, std::string name,
               std::unique_ptr<StreamFilter> filter, Source kind = Source::kOurs);
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  // On a terminal: how long output rests before what the filter holds back may partly be shown.
  void SetHoldBack(std::chrono::nanoseconds time) { hold_back_ = time; }
  // Called after each read that brought bytes.
  void OnBytes(std::function<void()> callback) { on_bytes_ = std::move(callback); }
  // Called once, when the stream has finished.
  void OnFinished(std::function<void()> callback) { on_finished_ = std::move(callback); }

  // Everything that was read has been written, and nothing more will be read.
  bool finished() const { return state_ == State::kFinished || state_ == State::kAbandoned; }
  // Still open for more from the writers.
  bool reading() const { return state_ == State::kReading; }
  // Bytes wait for the sink's reader.
  bool stalled() const { return written_ < pending_.size(); }

  // Takes note of how many bytes are in the pipe now.
  void MarkPromised();
  // Whether bytes that MarkPromised() saw are still in the pipe.
  bool owes_promised() const { return reading() && promised_ > 0; }

  // Reads once what is there now: an end, maybe, that the loop has not come to.
  void ReadOnce();
  // Reads no more; what the filter holds back is written as at the end of the stream.
  void StopReading();
  // Gives up what has not been written.
  void Abandon();
  // Has the filter look again at what it holds back: StreamFilter::Update().
  void UpdateFilter();
  // Writes a message of ours behind what has been filtered so far, unless the reader has gone.
  void AppendUnfiltered(std::string_view text);

  // Why reading or writing failed, unless it was only that the reader went away.
  const std::optional<injector::Error>& error() const { return error_; }
  // The output's reader went away before the end.
  bool reader_left() const { return state_ == State::kAbandoned && !error_; }
  // Identifies the pipe among all processes' descriptors: "pipe:[123]".
  int source_fd() const { return source_.get(); }

 private:
  enum class State { kReading, kFlushing, kFinished, kAbandoned };

  void ReadSome();
  void OnEndOfSource(ssize_t result);
  void NoteRead(std::size_t bytes);
  void Rest();
  void Flush();
  void OnSinkEvent(short revents);
  void FailSink(int errno_value);
  void WatchForNextStep();
  void CloseSource();
  void FinishIn(State state);
  void ShowIdle();

  injector::UniqueFd source_;
  OutputSink sink_;
  std::string name_;
  std::unique_ptr<StreamFilter> filter_;
  PipeCapacity capacity_;
  std::optional<PipeCapacity> target_capacity_;  // with Source::kStdin
  State state_ = State::kReading;
  std::unique_ptr<char[]> buffer_;
  std::size_t buffer_size_ = 0;
  std::string pending_;
  std::size_t written_ = 0;   // of pending_
  std::size_t promised_ = 0;  // bytes that must still be read
  std::optional<injector::Error> error_;
  std::function<void()> on_bytes_;
  std::function<void()> on_finished_;
  std::optional<FdWatch> source_watch_;
  FdWatch sink_watch_;
  Timer rest_timer_;
  bool to_terminal_;
  std::chrono::nanoseconds hold_back_{};
  Timer idle_timer_;
};

}  // namespace runner_shim
