#pragma once
// UniqueFd: owns one file descriptor and closes it. Everything that opens a descriptor passes
// O_CLOEXEC (or its cousin), so that none of ours is seen by a job.

#include <cerrno>
#include <utility>

namespace injector {

class UniqueFd {
 public:
  UniqueFd() = default;
  // Takes ownership; -1 means none.
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      Reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  // Gives up ownership without closing.
  int Release() { return std::exchange(fd_, -1); }
  // Closes now. close(2) is never retried: on Linux the descriptor is gone even after EINTR.
  void Reset();

 private:
  int fd_ = -1;
};

// Calls `call` until it does not fail with EINTR. Never for close(2).
template <typename Call>
auto RetryOnEintr(Call call) {
  while (true) {
    auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace injector
