#include "runner_shim/process/output_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace runner_shim {
namespace {

using injector::Error;
using injector::RetryOnEintr;
using injector::UniqueFd;

// A pipe whose writer has been silent for this long is made small again.
constexpr std::chrono::seconds kRest{1};
// Kept between reads; more than that is given back to the system.
constexpr std::size_t kKeptPending = std::size_t{256} * 1024;

}  // namespace

OutputStream::OutputStream(EventLoop& loop, UniqueFd source, int target, std::string name,
                           std::unique_ptr<StreamFilter> filter, Source kind)
    : source_(std::move(source)),
      sink_(target),
      name_(std::move(name)),
      filter_(std::move(filter)),
      capacity_(source_.get()),
      sink_watch_(loop, target, FdWatch::kPaused, [this](short revents) { OnSinkEvent(revents); }),
      rest_timer_(loop, [this] { Rest(); }),
      to_terminal_(::isatty(target) != 0),
      idle_timer_(loop, [this] { ShowIdle(); }) {
  if (kind == Source::kOurs) {
    ::fcntl(source_.get(), F_SETFL, O_NONBLOCK);
  } else {
    target_capacity_.emplace(target);
  }
  source_watch_.emplace(loop, source_.get(), POLLIN, [this](short) { ReadSome(); });
  WatchForNextStep();
}

void OutputStream::ReadSome() {
  if (buffer_size_ != capacity_.read_size()) {
    buffer_size_ = capacity_.read_size();
    buffer_ = std::make_unique_for_overwrite<char[]>(buffer_size_);
  }
  const ssize_t got =
      RetryOnEintr([&] { return ::read(source_.get(), buffer_.get(), buffer_size_); });
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return OnEndOfSource(got);

  const std::size_t count = static_cast<std::size_t>(got);
  promised_ -= std::min(promised_, count);
  NoteRead(count);
  filter_->Feed({buffer_.get(), count}, pending_);
  if (to_terminal_) idle_timer_.Start(hold_back_);
  Flush();
  if (on_bytes_) on_bytes_();
}

void OutputStream::OnEndOfSource(ssize_t result) {
  // EIO is how a pty of ours says that its last writer has gone.
  const bool is_stdin = target_capacity_.has_value();
  if (result < 0 && (is_stdin || errno != EIO)) {
    error_ = Error::FromErrno(errno, is_stdin ? "read stdin" : "read the job's " + name_);
  }
  StopReading();
}

void OutputStream::NoteRead(std::size_t bytes) {
  capacity_.NoteRead(bytes);
  if (target_capacity_) target_capacity_->Follow(capacity_);
  if (capacity_.enlarged()) rest_timer_.Start(kRest);
}

void OutputStream::Rest() {
  capacity_.Shrink();
  if (target_capacity_) target_capacity_->Shrink();
  // The kernel refuses while a pipe is too full.
  const bool later = capacity_.enlarged() || (target_capacity_ && target_capacity_->enlarged());
  if (later) rest_timer_.Start(kRest);
}

void OutputStream::Flush() {
  while (stalled()) {
    const OutputSink::Written result = sink_.Write(std::string_view(pending_).substr(written_));
    if (result.errno_value != 0) return FailSink(result.errno_value);
    written_ += result.bytes;
    if (result.would_block && stalled()) return WatchForNextStep();
  }
  pending_.clear();
  written_ = 0;
  if (pending_.capacity() > kKeptPending && !capacity_.enlarged()) pending_.shrink_to_fit();
  if (state_ == State::kFlushing) return FinishIn(State::kFinished);
  WatchForNextStep();
}

void OutputStream::WatchForNextStep() {
  if (source_watch_) source_watch_->SetEvents(stalled() ? FdWatch::kPaused : POLLIN);
  if (stalled()) {
    sink_watch_.SetEvents(POLLOUT);
  } else if (state_ == State::kReading && sink_.error_is_final()) {
    // No events, yet POLLERR comes: the reader has gone. The job learns it at its next write, as it
    // would without us, and not one write later.
    sink_watch_.SetEvents(0);
  } else {
    sink_watch_.SetEvents(FdWatch::kPaused);
  }
}

void OutputStream::OnSinkEvent(short revents) {
  if (sink_.error_is_final() && (revents & POLLERR) != 0) return FailSink(EPIPE);
  Flush();
}

void OutputStream::ShowIdle() {
  if (state_ != State::kReading) return;
  filter_->ShowIdle(pending_);
  Flush();
}

void OutputStream::FailSink(int errno_value) {
  // EIO is how a terminal that was hung up says it.
  const bool reader_left = errno_value == EPIPE || (errno_value == EIO && to_terminal_);
  if (!reader_left) error_ = Error::FromErrno(errno_value, "write " + name_);
  Abandon();
}

void OutputStream::MarkPromised() {
  int bytes = 0;
  const bool known = source_.valid() && ::ioctl(source_.get(), FIONREAD, &bytes) == 0;
  promised_ = known ? static_cast<std::size_t>(bytes) : 0;
}

void OutputStream::ReadOnce() {
  if (state_ == State::kReading) ReadSome();
}

void OutputStream::StopReading() {
  if (state_ != State::kReading) return;
  CloseSource();
  state_ = State::kFlushing;
  filter_->Finish(pending_);
  Flush();
}

void OutputStream::Abandon() {
  CloseSource();
  pending_.clear();
  written_ = 0;
  FinishIn(State::kAbandoned);
}

void OutputStream::UpdateFilter() {
  if (state_ != State::kReading) return;
  filter_->Update(pending_);
  Flush();
}

void OutputStream::AppendUnfiltered(std::string_view text) {
  if (state_ == State::kAbandoned) return;
  if (state_ == State::kFinished) state_ = State::kFlushing;
  pending_ += text;
  Flush();
}

void OutputStream::FinishIn(State state) {
  state_ = state;
  WatchForNextStep();
  if (on_finished_) std::exchange(on_finished_, nullptr)();
}

void OutputStream::CloseSource() {
  source_watch_.reset();
  rest_timer_.Cancel();
  // Our end of the pipe: who writes now gets SIGPIPE (of a pty: SIGHUP, once no other is open).
  source_.Reset();
}

}  // namespace runner_shim
