#pragma once
// Sockets that a server listens on, bound here so that their address, mode and backlog are ours to
// decide, or handed over by the service manager.

#include <sys/types.h>

#include <string>
#include <string_view>

#include "injector/base/loopback.h"
#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace injector::http {

// Listens on `host`, a numeric address or a name, with or without brackets; port 0: any free one.
// kAlreadyExists when the port is taken.
Result<UniqueFd> ListenOnTcp(const std::string& host, int port);

// Listens on a Unix socket with `mode`. A socket that nobody answers on any more is replaced;
// kAlreadyExists when somebody does; anything else at `path` is left alone: kFailedPrecondition.
Result<UniqueFd> ListenOnUnix(const std::string& path, mode_t mode);

// The first socket that the service manager opened for us (sd_listen_fds(3)); an invalid descriptor
// when there is none. Takes the variables LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES out of the
// environment. Requires: no other thread runs yet.
Result<UniqueFd> TakeListenerFromServiceManager();

// The port that a TCP listener is bound to; 0 for any other socket.
int PortOf(const UniqueFd& listener);

// "127.0.0.1:8080", "[::1]:0", ":8080" (all addresses) -> host and port.
struct HostPort {
  std::string host;
  int port = 0;
};
Result<HostPort> ParseHostPort(std::string_view text);

// What may listen without TLS.
using injector::IsLoopback;

}  // namespace injector::http
