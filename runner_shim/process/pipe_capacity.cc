#include "runner_shim/process/pipe_capacity.h"

#include <fcntl.h>

namespace runner_shim {

void PipeCapacity::NoteRead(std::size_t bytes) {
  if (bytes < read_size_) {
    full_reads_ = 0;
    return;
  }
  ++full_reads_;
  if (full_reads_ == kFullReadsToLarge) Resize(kLarge);
  if (full_reads_ == kFullReadsToLargest) Resize(kLargest);
}

void PipeCapacity::Shrink() {
  full_reads_ = 0;
  if (enlarged()) Resize(kDefault);
}

void PipeCapacity::Resize(std::size_t size) {
  const int granted = ::fcntl(fd_, F_SETPIPE_SZ, static_cast<int>(size));
  if (granted > 0) read_size_ = static_cast<std::size_t>(granted);
}

}  // namespace runner_shim
