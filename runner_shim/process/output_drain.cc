#include "runner_shim/process/output_drain.h"

#include <algorithm>

namespace runner_shim {

OutputDrain::OutputDrain(EventLoop& loop, const std::vector<std::unique_ptr<OutputStream>>& streams,
                         DrainTimes times)
    : streams_(streams),
      times_(times),
      silence_timer_(loop, [this] { OnSilence(); }),
      limit_timer_(loop, [this] { expired_ = true; }) {
  for (const auto& stream : streams_) {
    stream->MarkPromised();
    stream->OnBytes([this] { OnBytes(); });
  }
  OnBytes();
}

OutputDrain::~OutputDrain() {
  for (const auto& stream : streams_) stream->OnBytes(nullptr);
}

bool OutputDrain::over() const {
  const bool all_closed = std::none_of(streams_.begin(), streams_.end(),
                                       [](const auto& stream) { return stream->reading(); });
  return all_closed || (expired_ && !OwesPromised());
}

void OutputDrain::OnBytes() {
  if (OwesPromised()) return;
  silence_timer_.Start(std::chrono::duration_cast<EventLoop::Clock::duration>(times_.silence));
  if (!limit_timer_.running() && !expired_) limit_timer_.Start(times_.limit);
}

void OutputDrain::OnSilence() {
  if (AnyStalled()) {
    silence_timer_.Start(times_.silence);
  } else {
    expired_ = true;
  }
}

bool OutputDrain::OwesPromised() const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [](const auto& stream) { return stream->owes_promised(); });
}

bool OutputDrain::AnyStalled() const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [](const auto& stream) { return stream->stalled(); });
}

}  // namespace runner_shim
