#include "injector/crypto/random.h"

#include <sys/random.h>

#include <cerrno>

#include "injector/base/unique_fd.h"

namespace injector {

Result<Secret> RandomBytes(std::size_t size) {
  Secret bytes(size);
  std::span<char> rest = bytes.RevealMutable();
  while (!rest.empty()) {
    const ssize_t got = RetryOnEintr([&] { return ::getrandom(rest.data(), rest.size(), 0); });
    if (got < 0) return Error::FromErrno(errno, "getrandom");
    rest = rest.subspan(static_cast<std::size_t>(got));
  }
  return bytes;
}

}  // namespace injector
