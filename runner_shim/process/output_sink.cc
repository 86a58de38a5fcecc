#include "runner_shim/process/output_sink.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace runner_shim {
namespace {

using injector::RetryOnEintr;
using injector::UniqueFd;

bool IsAnonymousPipe(int fd) {
  struct statfs system {};
  return ::fstatfs(fd, &system) == 0 && system.f_type == PIPEFS_MAGIC;
}

}  // namespace

OutputSink::OutputSink(int fd) : fd_(fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return;
  if (S_ISREG(status.st_mode)) method_ = Method::kWrite;
  if (S_ISSOCK(status.st_mode)) method_ = Method::kSend;
  anonymous_pipe_ = S_ISFIFO(status.st_mode) && IsAnonymousPipe(fd);
}

OutputSink::Written OutputSink::Write(std::string_view bytes) {
  ssize_t wrote = RetryOnEintr([&] { return WriteOnce(bytes); });
  if (wrote < 0 && method_ == Method::kNoWait && (errno == EOPNOTSUPP || errno == ENOSYS)) {
    FallBack();
    wrote = RetryOnEintr([&] { return WriteOnce(bytes); });
  }
  if (wrote < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {.bytes = 0, .would_block = true};
    return {.bytes = 0, .would_block = false, .errno_value = errno};
  }
  const std::size_t count = static_cast<std::size_t>(wrote);
  // A bounded write used up the room that poll had promised.
  return {.bytes = count, .would_block = method_ == Method::kBounded || count < bytes.size()};
}

ssize_t OutputSink::WriteOnce(std::string_view bytes) {
  switch (method_) {
    case Method::kWrite:
      return ::write(own_.valid() ? own_.get() : fd_, bytes.data(), bytes.size());
    case Method::kSend:
      return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    case Method::kNoWait: {
      const iovec piece = {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
      return ::pwritev2(fd_, &piece, 1, /*offset=*/-1, RWF_NOWAIT);
    }
    case Method::kBounded:
      return ::write(fd_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
  }
  return -1;
}

void OutputSink::FallBack() {
  const std::string path = "/proc/self/fd/" + std::to_string(fd_);
  own_ = UniqueFd(RetryOnEintr(
      [&] { return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); }));
  method_ = own_.valid() ? Method::kWrite : Method::kBounded;
}

}  // namespace runner_shim
