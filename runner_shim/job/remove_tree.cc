#include "runner_shim/job/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "injector/base/unique_fd.h"

namespace runner_shim {
namespace {

using injector::RetryOnEintr;
using injector::UniqueFd;

// Deeper trees are left alone rather than overrun the stack; no tool nests its configuration so
// deep.
constexpr int kDeepest = 256;

UniqueFd OpenDirectory(int parent, const std::string& name) {
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd fd(RetryOnEintr([&] { return ::openat(parent, name.c_str(), flags); }));
  if (fd.valid() || errno != EACCES) return fd;
  // chmod by way of an O_PATH descriptor: fchmodat(2) would follow a link swapped in meanwhile.
  const UniqueFd handle(RetryOnEintr([&] {
    return ::openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }));
  if (!handle.valid()) return fd;
  const std::string by_descriptor = "/proc/self/fd/" + std::to_string(handle.get());
  if (::chmod(by_descriptor.c_str(), 0700) != 0) return fd;
  return UniqueFd(RetryOnEintr([&] { return ::openat(parent, name.c_str(), flags); }));
}

bool RemoveBelow(int parent, const std::string& name, int depth) {
  if (::unlinkat(parent, name.c_str(), 0) == 0) return true;
  if (errno == ENOENT) return true;
  // Linux says EISDIR for a directory, POSIX allows EPERM.
  if ((errno != EISDIR && errno != EPERM) || depth > kDeepest) return false;
  const UniqueFd directory = OpenDirectory(parent, name);
  if (directory.valid()) {
    // The job may have taken its own right to remove entries away.
    (void)::fchmod(directory.get(), 0700);
    for (const std::string& entry : EntriesOf(directory.get())) {
      RemoveBelow(directory.get(), entry, depth + 1);
    }
  }
  return ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0;
}

}  // namespace

std::vector<std::string> EntriesOf(int directory) {
  // fdopendir takes the descriptor over, and its offset: open the directory once more.
  UniqueFd again(
      RetryOnEintr([&] { return ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!again.valid()) return {};
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again.get()), &::closedir);
  if (!stream) return {};
  again.Release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

bool RemoveTree(int parent, const std::string& name) { return RemoveBelow(parent, name, 0); }

}  // namespace runner_shim
