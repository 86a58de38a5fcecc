#include "runner_shim/mask/mask_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::RetryOnEintr;
using injector::UniqueFd;

constexpr std::string_view kName = "mask.sock";

// An address of the socket `name` in a directory, while this object lives.
class SocketAddress {
 public:
  static Result<SocketAddress> Of(const std::string& path) {
    SocketAddress result;
    if (path.size() < sizeof(result.address_.sun_path)) {
      result.Set(path);
      return result;
    }
    const std::size_t slash = path.rfind('/');
    const std::string directory = path.substr(0, slash);
    result.directory_ = UniqueFd(
        RetryOnEintr([&] { return ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }));
    if (!result.directory_.valid()) return Error::FromErrno(errno, "open " + directory);
    const std::string shorter =
        "/proc/self/fd/" + std::to_string(result.directory_.get()) + path.substr(slash);
    if (shorter.size() >= sizeof(result.address_.sun_path)) {
      return Error::FromErrno(ENAMETOOLONG, path);
    }
    result.Set(shorter);
    return result;
  }

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static socklen_t size() { return sizeof(sockaddr_un); }

 private:
  void Set(const std::string& path) {
    address_.sun_family = AF_UNIX;
    std::memcpy(address_.sun_path, path.c_str(), path.size() + 1);
  }

  sockaddr_un address_{};
  UniqueFd directory_;
};

}  // namespace

Result<MaskListener> ListenForMasks(const std::string& directory, uid_t user) {
  MaskListener listener;
  listener.path = directory + "/" + std::string(kName);
  listener.user = user;
  listener.fd = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.fd.valid()) return Error::FromErrno(errno, "socket");
  ASSIGN_OR_RETURN(const SocketAddress address, SocketAddress::Of(listener.path));
  // By the umask, and not changed afterwards: `user` could have put something else there meanwhile.
  const mode_t previous = ::umask(user == ::geteuid() ? 0177 : 0111);
  const int bound = ::bind(listener.fd.get(), address.get(), SocketAddress::size());
  ::umask(previous);
  if (bound != 0) return Error::FromErrno(errno, "make " + listener.path);
  if (::listen(listener.fd.get(), SOMAXCONN) != 0) {
    return Error::FromErrno(errno, "listen on " + listener.path);
  }
  return listener;
}

Result<UniqueFd> ConnectToMasks(const std::string& path, Blocking blocking) {
  const int flags = SOCK_CLOEXEC | (blocking == Blocking::kNo ? SOCK_NONBLOCK : 0);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | flags, 0));
  if (!fd.valid()) return Error::FromErrno(errno, "socket");
  ASSIGN_OR_RETURN(const SocketAddress address, SocketAddress::Of(path));
  if (RetryOnEintr([&] { return ::connect(fd.get(), address.get(), SocketAddress::size()); }) !=
      0) {
    return Error::FromErrno(errno, "connect to " + path);
  }
  return fd;
}

}  // namespace runner_shim
