#include "runner_shim/process/output_holders.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "injector/base/ascii.h"

namespace runner_shim {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

std::string ReadLink(const std::string& path) {
  std::array<char, 256> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  return length < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(length));
}

// The entries of a directory of numbers (pids, descriptors); none when it may not be read.
std::vector<std::string> NumberedEntries(const std::string& path) {
  std::vector<std::string> names;
  const Directory directory(::opendir(path.c_str()));
  if (!directory) return names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name(entry->d_name);
    if (injector::IsAsciiDigit(name.front())) names.emplace_back(name);
  }
  return names;
}

bool HoldsAny(const std::string& pid, const std::vector<std::string>& names) {
  const std::string descriptors = "/proc/" + pid + "/fd/";
  for (const std::string& fd : NumberedEntries(descriptors)) {
    const std::string target = ReadLink(descriptors + fd);
    if (std::find(names.begin(), names.end(), target) != names.end()) return true;
  }
  return false;
}

}  // namespace

std::string DescriptorName(int fd) { return ReadLink("/proc/self/fd/" + std::to_string(fd)); }

std::size_t CountHolders(const std::vector<std::string>& names) {
  const std::string self = std::to_string(::getpid());
  std::size_t count = 0;
  for (const std::string& pid : NumberedEntries("/proc")) {
    if (pid != self && HoldsAny(pid, names)) ++count;
  }
  return count;
}

}  // namespace runner_shim
