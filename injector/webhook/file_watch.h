#pragma once
// Whether files have been replaced or written since we last looked. By looking, not by inotify(7):
// a mounted Secret is a link that is made to point elsewhere.

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace injector::webhook {

class FileWatch {
 public:
  // What is there now counts as seen.
  explicit FileWatch(std::vector<std::string> paths);

  // Whether any of them is another than at the last call, or at the beginning. Look before reading
  // the files, not after: what changes meanwhile is then seen at the next call.
  bool LookAgain();

 private:
  // Device, inode, size, and the time of the last change in nanoseconds; zeros: not there.
  using Stamp = std::array<std::int64_t, 4>;
  static Stamp StampOf(const std::string& path);
  std::vector<Stamp> Look() const;

  const std::vector<std::string> paths_;
  std::vector<Stamp> seen_;
};

}  // namespace injector::webhook
