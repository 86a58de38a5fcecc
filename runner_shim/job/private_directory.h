#pragma once
// The directory that holds a job's secret files: <base>/injector-<uid>/<random>/, mode 0700, owned
// by the job's user, gone when this object goes. A process killed before that leaves it behind; the
// next start on the machine sweeps it away.
//
// Trust: <base> may be /tmp, where others can prepare names and links for us. So everything below
// it is opened by descriptor, O_NOFOLLOW, and only used when it is a directory of the right owner
// and mode. Who is alive is told by a lock held on a file inside (flock(2)), never by process ids.
//
// Not thread-safe.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace runner_shim {

// Whom the directory is for. The defaults mean: the user we are.
struct DirectoryOwner {
  uid_t uid;
  gid_t gid;
  static DirectoryOwner Ourselves();
};

// The places tried, in this order: $XDG_RUNTIME_DIR, /run/user/<uid>, /dev/shm, /run, $TMPDIR,
// /tmp. The two variables may be empty: not set.
std::vector<std::string> DefaultBases(uid_t uid, std::string_view xdg_runtime_dir,
                                      std::string_view tmpdir);

class PrivateDirectory {
 public:
  // Makes one below the first of `bases` that we can write and `owner` can reach.
  // kFailedPrecondition lists what is wrong with each when none will do.
  static injector::Result<PrivateDirectory> Create(const std::vector<std::string>& bases,
                                                   DirectoryOwner owner);

  PrivateDirectory(PrivateDirectory&&) noexcept = default;
  PrivateDirectory& operator=(PrivateDirectory&&) = delete;
  // Removes the directory and everything in it; what cannot be removed is left for the next sweep.
  ~PrivateDirectory();

  // Absolute.
  const std::string& path() const { return path_; }
  // False when the files end up on a disk: worth a warning.
  bool is_in_memory() const { return in_memory_; }

  // Writes a new file, 0600; `name` is relative, '/'-separated, and its directories are made, 0700.
  // kAlreadyExists when two files want one name.
  injector::Status Write(std::string_view name, std::string_view content);

  // As Write(), in the place of what has the name now: who opens it finds the old content or the
  // new, never a part (rename(2)).
  injector::Status Replace(std::string_view name, std::string_view content);

  // Makes a symbolic link to `target` at the relative `name`, where there is such a target.
  injector::Status Link(std::string_view name, const std::string& target);

  // Removes the file or link at the relative `name`, if it is there.
  injector::Status Remove(std::string_view name);

 private:
  // A name below the directory, with the directory that holds it open.
  struct Place {
    injector::UniqueFd directory;
    std::string name;
    std::string shown;  // the absolute path, for messages
  };

  PrivateDirectory() = default;
  static injector::Result<PrivateDirectory> CreateBelow(const std::string& base,
                                                        const DirectoryOwner& owner);
  injector::Status TakeLock();
  injector::Result<Place> MakePlace(std::string_view name);
  // Makes a new file `file_name` in the directory of `place`.
  injector::Status WriteIn(const Place& place, const std::string& file_name,
                           std::string_view content);

  std::string path_;
  std::string name_;
  DirectoryOwner owner_{};
  bool in_memory_ = false;
  injector::UniqueFd parent_;  // <base>/injector-<uid>
  injector::UniqueFd fd_;
  injector::UniqueFd lock_;  // held for our life: says that we live
};

// Removes what killed processes left below any of `bases` for `uid`: only entries of our name
// pattern, owned by `uid`, mode 0700, whose lock can be taken. Failures are left for the next time.
void SweepLeftovers(const std::vector<std::string>& bases, uid_t uid);

}  // namespace runner_shim
