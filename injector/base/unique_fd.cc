#include "injector/base/unique_fd.h"

#include <unistd.h>

namespace injector {

void UniqueFd::Reset() {
  if (fd_ < 0) return;
  const int saved_errno = errno;
  ::close(std::exchange(fd_, -1));
  errno = saved_errno;
}

}  // namespace injector
