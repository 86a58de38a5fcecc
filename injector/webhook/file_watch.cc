#include "injector/webhook/file_watch.h"

#include <sys/stat.h>

#include <utility>

namespace injector::webhook {

FileWatch::FileWatch(std::vector<std::string> paths) : paths_(std::move(paths)), seen_(Look()) {}

FileWatch::Stamp FileWatch::StampOf(const std::string& path) {
  constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {static_cast<std::int64_t>(info.st_dev), static_cast<std::int64_t>(info.st_ino),
          static_cast<std::int64_t>(info.st_size),
          info.st_mtim.tv_sec * kNanosecondsPerSecond + info.st_mtim.tv_nsec};
}

std::vector<FileWatch::Stamp> FileWatch::Look() const {
  std::vector<Stamp> stamps;
  for (const std::string& path : paths_) stamps.push_back(StampOf(path));
  return stamps;
}

bool FileWatch::LookAgain() {
  std::vector<Stamp> now = Look();
  if (now == seen_) return false;
  seen_ = std::move(now);
  return true;
}

}  // namespace injector::webhook
