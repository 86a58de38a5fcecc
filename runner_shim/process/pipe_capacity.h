#pragma once
// PipeCapacity: how large one pipe of ours is, and so how much is read at a time. A pipe starts at
// the system's default, grows while every read finds it full, and goes back when the writer rests:
// large pipes come out of a budget per user (pipe-user-pages-soft, pipe(7)) that is shared with
// every other process, so an idle one must not hold any.

#include <cstddef>

namespace runner_shim {

class PipeCapacity {
 public:
  static constexpr std::size_t kDefault = std::size_t{64} * 1024;
  static constexpr std::size_t kLarge = std::size_t{256} * 1024;
  static constexpr std::size_t kLargest = std::size_t{1024} * 1024;
  static constexpr int kFullReadsToLarge = 8;
  static constexpr int kFullReadsToLargest = 64;

  // Does not own `fd`. Of something else than a pipe only the reads grow.
  explicit PipeCapacity(int fd);

  // How many bytes to ask for in one read.
  std::size_t read_size() const { return read_size_; }
  bool enlarged() const { return read_size_ > kDefault; }

  // To be told of each read. Refusal by the kernel (EPERM: the budget is used up) is normal.
  void NoteRead(std::size_t bytes);
  // As large as `other`: for the pipe that we write to.
  void Follow(const PipeCapacity& other);
  // The writer rests: back to the size that it came with, if what is in the pipe fits.
  void Shrink();

 private:
  void Resize(std::size_t size);

  int fd_;
  int original_;  // what the pipe came with: a pipe of others may be larger already; 0: no pipe
  std::size_t read_size_ = kDefault;
  int full_reads_ = 0;  // in a row
};

}  // namespace runner_shim
