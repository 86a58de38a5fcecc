#pragma once
// OutputSink: writes to a descriptor that we share with others, without ever waiting for its
// reader.
//
// Our stdout and stderr are open file descriptions of the shell, the CI runner and every process
// beside us; O_NONBLOCK on one of them would hit all (fcntl(2)), so it is never set. Instead, by
// kind of file, in this order:
//   regular file   write(2): does not wait for a reader
//   socket         send(2) with MSG_DONTWAIT
//   pipe, other    pwritev2(2) with RWF_NOWAIT (pipes: since Linux 6.4); where that is refused, a
//                  second open file description of our own, O_NONBLOCK (own_description.h); where
//                  that is refused too (another user's pipe, no /proc), write(2) of what poll(2)
//                  has just promised room for: PIPE_BUF bytes of a pipe, one of anything else, a
//                  terminal above all. The last one can wait if another process takes that room
//                  in between.

#include <cstddef>
#include <optional>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace runner_shim {

class OutputSink {
 public:
  // Does not own `fd`.
  explicit OutputSink(int fd);

  // What became of a write.
  struct Written {
    std::size_t bytes = 0;
    bool would_block = false;  // poll the descriptor for POLLOUT before the next one
    int errno_value = 0;       // EPIPE: the reader is gone
  };
  // Writes what can be written of `bytes` without waiting. Requires: `bytes` is not empty.
  Written Write(std::string_view bytes);

  // Whether POLLERR means that nobody will ever read again: true for anonymous pipes only. A FIFO
  // may be opened by another reader later.
  bool error_is_final() const { return anonymous_pipe_; }

 private:
  enum class Method { kWrite, kSend, kNoWait, kBounded };

  ssize_t WriteOnce(std::string_view bytes);
  ssize_t WritePromised(std::string_view bytes);
  // The next method after the kernel refused kNoWait.
  void FallBack();

  int fd_;
  injector::UniqueFd own_;  // the description of our own, where one is needed
  Method method_ = Method::kNoWait;
  bool pipe_ = false;
  bool anonymous_pipe_ = false;
};

}  // namespace runner_shim
