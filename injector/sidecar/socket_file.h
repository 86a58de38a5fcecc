#pragma once
// The Unix socket that the sidecar listens on, and its place in the file system.

#include <sys/types.h>

#include <string>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace injector::sidecar {

// A socket's file. Going, removes it, unless another has taken its place. Its owner lets it go
// while it still listens, so that nobody is sent to a socket that has no ear.
class SocketFile {
 public:
  // Who may connect; what they may do is for SO_PEERCRED to say.
  enum class Access { kOwner, kEveryone };

  // Listens at `path`. Directories that are missing are made, for us alone with kOwner, else so
  // that others can pass. A socket there that nobody answers on is replaced; kAlreadyExists when
  // somebody does, kFailedPrecondition when it is no socket.
  static Result<SocketFile> Listen(const std::string& path, Access access);

  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;
  ~SocketFile();

  UniqueFd TakeListener() { return std::move(listener_); }

 private:
  SocketFile(std::string path, UniqueFd place, UniqueFd listener)
      : path_(std::move(path)), place_(std::move(place)), listener_(std::move(listener)) {}

  std::string path_;  // empty: not ours to remove
  // Of the file, and not of the socket (O_PATH): while it is held, no other file gets this one's
  // number, by which we know it.
  UniqueFd place_;
  UniqueFd listener_;
};

// What is wrong with the directory of `path`, in one sentence: somebody else could put a socket of
// theirs in our place. Empty: nothing.
std::string DirectoryWarning(const std::string& path);

// "unix:/run/injector/sidecar.sock" -> the path. kInvalidArgument.
Result<std::string> ParseUnixAddress(std::string_view text);

// Whether `listener` is a listening Unix stream socket: what a service manager should hand over.
bool IsUnixListener(const UniqueFd& listener);

}  // namespace injector::sidecar
