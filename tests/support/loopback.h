#pragma once
// TCP sockets on 127.0.0.1, for servers and clients of the tests' own.

#include "injector/base/unique_fd.h"

namespace injector::testing {

// Bound to a port that is free; does not listen yet. Ends the test program when there is none.
UniqueFd BindToLoopback();
int PortOf(const UniqueFd& socket);

// Not valid when nobody takes the connection. Sends at once (TCP_NODELAY).
UniqueFd ConnectToLoopback(int port);

}  // namespace injector::testing
