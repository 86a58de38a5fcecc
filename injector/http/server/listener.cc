#include "injector/http/server/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "injector/base/file_lock.h"
#include "injector/base/umask_guard.h"

namespace injector::http {
namespace {

constexpr int kBacklog = SOMAXCONN;
// sd_listen_fds(3): SD_LISTEN_FDS_START.
constexpr int kFirstPassedDescriptor = 3;

struct AddressListDeleter {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, AddressListDeleter>;

std::string WithoutBrackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return std::string(host);
}

Result<AddressList> Resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string name = WithoutBrackets(host);
  const int failure = ::getaddrinfo(name.empty() ? nullptr : name.c_str(),
                                    std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) {
    return Error(ErrorCode::kInvalidArgument, "listen on " + host + ": " + ::gai_strerror(failure));
  }
  return AddressList(found);
}

Result<UniqueFd> ListenOn(const addrinfo& address, const std::string& shown) {
  UniqueFd socket(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return Error::FromErrno(errno, "listen on " + shown);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    const int failure = errno;
    if (failure != EADDRINUSE) return Error::FromErrno(failure, "listen on " + shown);
    return Error(ErrorCode::kAlreadyExists, "listen on " + shown + ": address already in use")
        .WithHint("another server has it; choose another port");
  }
  return socket;
}

Result<sockaddr_un> UnixAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error(ErrorCode::kInvalidArgument, "socket path: expected 1 to " +
                                                  std::to_string(sizeof address.sun_path - 1) +
                                                  " bytes, got " + std::to_string(path.size()));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

template <typename Address>
const sockaddr* Generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);  // as bind(2) wants it
}

// Refused, or gone meanwhile. Anything else may be alive: with a full backlog (EAGAIN), of another
// kind (EPROTOTYPE), or not for us to ask (EACCES).
bool IsStale(const sockaddr_un& address) {
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int outcome = ::connect(probe.get(), Generic(address), sizeof address);
  return outcome != 0 && (errno == ECONNREFUSED || errno == ENOENT);
}

Status RemoveStaleSocket(const std::string& path, const sockaddr_un& address) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    return errno == ENOENT ? Status() : Error::FromErrno(errno, "look at " + path);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return Error(ErrorCode::kFailedPrecondition, path + " is there and is no socket");
  }
  if (!IsStale(address)) {
    return Error(ErrorCode::kAlreadyExists, "listen on " + path + ": somebody answers there")
        .WithHint("another instance is running");
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return Error::FromErrno(errno, "remove " + path);
  return {};
}

// Takes `name` out of the environment.
std::string TakeVariable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

}  // namespace

Result<UniqueFd> ListenOnTcp(const std::string& host, int port) {
  ASSIGN_OR_RETURN(const AddressList addresses, Resolve(host, port));
  const std::string shown = host + ":" + std::to_string(port);
  return ListenOn(*addresses, shown);
}

Result<UniqueFd> ListenOnUnix(const std::string& path, mode_t mode) {
  ASSIGN_OR_RETURN(const sockaddr_un address, UnixAddress(path));
  // Two that start at once would each find the other's socket stale.
  ASSIGN_OR_RETURN(const FileLock lock, FileLock::Acquire(path + ".lock"));
  RETURN_IF_ERROR(RemoveStaleSocket(path, address));
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return Error::FromErrno(errno, "listen on " + path);
  // bind(2) takes the socket's own mode, less the umask, so that it never exists with another
  // (unix(7)): whom it is for would be refused meanwhile, and others not.
  const UmaskGuard umask(static_cast<mode_t>(~mode & 0777U));
  if (::fchmod(socket.get(), mode) != 0 ||
      ::bind(socket.get(), Generic(address), sizeof address) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    return Error::FromErrno(errno, "listen on " + path);
  }
  return socket;
}

Result<UniqueFd> TakeListenerFromServiceManager() {
  const std::string pid = TakeVariable("LISTEN_PID");
  const std::string count = TakeVariable("LISTEN_FDS");
  TakeVariable("LISTEN_FDNAMES");
  if (pid.empty() || pid != std::to_string(::getpid())) return UniqueFd();
  if (count != "1") {
    return Error(ErrorCode::kInvalidArgument, "socket activation: expected 1 socket, got " + count);
  }
  if (::fcntl(kFirstPassedDescriptor, F_SETFD, FD_CLOEXEC) != 0) {
    return Error::FromErrno(errno, "socket activation");
  }
  return UniqueFd(kFirstPassedDescriptor);
}

int PortOf(const UniqueFd& listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  std::memcpy(&v4, &address, sizeof v4);
  std::memcpy(&v6, &address, sizeof v6);
  if (address.ss_family == AF_INET) return ntohs(v4.sin_port);
  return address.ss_family == AF_INET6 ? ntohs(v6.sin6_port) : 0;
}

Result<HostPort> ParseHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  HostPort parsed;
  bool good = colon != std::string_view::npos;
  if (good) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
    good = error == std::errc() && end == digits.data() + digits.size() && parsed.port >= 0 &&
           parsed.port <= 65535;
    parsed.host = WithoutBrackets(text.substr(0, colon));
    // An IPv6 address without brackets has colons of its own.
    const bool bracketed = text.starts_with('[');
    good = good && (bracketed || parsed.host.find(':') == std::string::npos);
  }
  if (!good) return Error(ErrorCode::kInvalidArgument, "expected HOST:PORT or [ADDRESS]:PORT");
  return parsed;
}

}  // namespace injector::http
