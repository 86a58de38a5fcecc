#include "injector/doctor/memory_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace injector::doctor {

Result<MemoryFile> MemoryFile::Make(std::string_view content) {
  UniqueFd fd(::memfd_create("injector", MFD_CLOEXEC));
  if (!fd.valid() || ::fchmod(fd.get(), 0600) != 0) {
    return Error::FromErrno(errno, "create a file in memory");
  }
  while (!content.empty()) {
    const ssize_t wrote =
        RetryOnEintr([&] { return ::write(fd.get(), content.data(), content.size()); });
    if (wrote < 0) return Error::FromErrno(errno, "write a file in memory");
    content.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return MemoryFile(std::move(fd));
}

}  // namespace injector::doctor
