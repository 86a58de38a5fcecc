#pragma once
// How long a session waits for PostgreSQL before it gives up: kUnavailable each time.

#include <chrono>

namespace injector {

struct SessionLimits {
  // For each address of the server; libpq knows whole seconds, at least two.
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds statement{15'000};
  // For a lock that another transaction holds.
  std::chrono::milliseconds lock{10'000};
  // A transaction that says nothing for so long is ended by the server, and with it go its locks:
  // those of a program that stands still, or whose machine is gone.
  std::chrono::milliseconds idle_in_transaction{30'000};
  // A server that does not even acknowledge what it was sent is taken for gone after that.
  std::chrono::milliseconds silence{10'000};
};

}  // namespace injector
