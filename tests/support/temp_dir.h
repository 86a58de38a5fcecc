#pragma once
// A directory of its own for one test, removed with everything in it.

#include <string>
#include <string_view>

namespace injector::testing {

class TempDir {
 public:
  // Ends the test program when no directory can be made.
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Creates or replaces a file below the directory; returns its path.
  std::string Write(std::string_view name, std::string_view content) const;
  std::string Read(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace injector::testing
