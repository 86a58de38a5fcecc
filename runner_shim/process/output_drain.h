#pragma once
// OutputDrain: how long to go on reading after the job has ended, while processes that it left
// behind still hold its output.
//
// What was in the pipes when the job ended is always delivered, however slow the reader. After that
// the drain is over when all outputs are closed, when they have been silent for `silence` (new
// bytes restart it; a reader that keeps us waiting is not silence), or after `limit`.

#include <chrono>
#include <memory>
#include <vector>

#include "runner_shim/process/event_loop.h"
#include "runner_shim/process/output_stream.h"

namespace runner_shim {

struct DrainTimes {
  std::chrono::nanoseconds silence = std::chrono::seconds(2);
  std::chrono::nanoseconds limit = std::chrono::seconds(30);
};

class OutputDrain {
 public:
  // To be made when the job has ended; takes note of what is in the pipes now.
  OutputDrain(EventLoop& loop, const std::vector<std::unique_ptr<OutputStream>>& streams,
              DrainTimes times);
  ~OutputDrain();
  OutputDrain(const OutputDrain&) = delete;
  OutputDrain& operator=(const OutputDrain&) = delete;

  bool over() const;
  // Somebody asks us to end: waits for nothing but what was promised.
  void CutShort() { expired_ = true; }

 private:
  bool OwesPromised() const;
  bool AnyStalled() const;
  void OnBytes();
  void OnSilence();

  const std::vector<std::unique_ptr<OutputStream>>& streams_;
  DrainTimes times_;
  bool expired_ = false;
  Timer silence_timer_;
  Timer limit_timer_;
};

}  // namespace runner_shim
