#include "runner_shim/job/run_install.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "injector/base/file.h"
#include "injector/base/unique_fd.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::UniqueFd;

constexpr const char* kOwnProgram = "/proc/self/exe";
constexpr mode_t kForEverybody = 0755;

// A whole file, to be read as if it were in memory. One that is being executed cannot change.
class MappedFile {
 public:
  static Result<MappedFile> Open(const char* path) {
    const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) return Error::FromErrno(errno, std::string("open ") + path);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return Error::FromErrno(errno, std::string("stat ") + path);
    const auto size = static_cast<std::size_t>(info.st_size);
    void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (start == MAP_FAILED) return Error::FromErrno(errno, std::string("map ") + path);
    return MappedFile(start, size);
  }
  MappedFile(MappedFile&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), size_(other.size_) {}
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile() {
    if (start_ != nullptr) ::munmap(start_, size_);
  }

  std::string_view content() const { return {static_cast<const char*>(start_), size_}; }

 private:
  MappedFile(void* start, std::size_t size) : start_(start), size_(size) {}
  void* start_;
  std::size_t size_;
};

}  // namespace

Result<int> RunInstall(const std::string& directory) {
  const std::string path = directory + (directory.ends_with('/') ? "" : "/") + "runner-shim";
  ASSIGN_OR_RETURN(const MappedFile program, MappedFile::Open(kOwnProgram));
  RETURN_IF_ERROR(injector::ReplaceFile(path, program.content(), kForEverybody));
  RETURN_IF_ERROR(injector::WriteAll(STDOUT_FILENO, path + "\n", "stdout"));
  return 0;
}

}  // namespace runner_shim
