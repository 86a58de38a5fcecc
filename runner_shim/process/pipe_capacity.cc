#include "runner_shim/process/pipe_capacity.h"

#include <fcntl.h>

#include <algorithm>

namespace runner_shim {

PipeCapacity::PipeCapacity(int fd) : fd_(fd), original_(std::max(::fcntl(fd, F_GETPIPE_SZ), 0)) {}

void PipeCapacity::NoteRead(std::size_t bytes) {
  if (bytes < read_size_) {
    full_reads_ = 0;
    return;
  }
  ++full_reads_;
  if (full_reads_ == kFullReadsToLarge) Resize(kLarge);
  if (full_reads_ == kFullReadsToLargest) Resize(kLargest);
}

void PipeCapacity::Follow(const PipeCapacity& other) {
  if (read_size_ < other.read_size_) Resize(other.read_size_);
}

void PipeCapacity::Shrink() {
  full_reads_ = 0;
  if (enlarged()) Resize(kDefault);
}

void PipeCapacity::Resize(std::size_t size) {
  if (original_ > 0) {
    const int wanted = std::max(static_cast<int>(size), original_);
    if (::fcntl(fd_, F_SETPIPE_SZ, wanted) < 0) return;
  }
  read_size_ = size;
}

}  // namespace runner_shim
