#include "runner_shim/process/output_sink.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runner_shim/process/own_description.h"

namespace runner_shim {
namespace {

using injector::RetryOnEintr;

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
  pipe_ = S_ISFIFO(status.st_mode);
  anonymous_pipe_ = pipe_ && IsAnonymousPipe(fd);
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
      return WritePromised(bytes);
  }
  return -1;
}

ssize_t OutputSink::WritePromised(std::string_view bytes) {
  pollfd room = {.fd = fd_, .events = POLLOUT, .revents = 0};
  const int ready = ::poll(&room, 1, 0);
  if (ready < 0) return ready;
  if (ready == 0) {
    errno = EAGAIN;
    return -1;
  }
  const std::size_t promised = pipe_ ? PIPE_BUF : 1;
  return ::write(fd_, bytes.data(), std::min(bytes.size(), promised));
}

void OutputSink::FallBack() {
  own_ = OpenOwnDescription(fd_, O_WRONLY);
  method_ = own_.valid() ? Method::kWrite : Method::kBounded;
}

}  // namespace runner_shim
