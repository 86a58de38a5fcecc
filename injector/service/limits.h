#pragma once
// The numbers of the service: what it gives when nobody says otherwise.

#include <chrono>
#include <cstddef>

namespace injector {

inline constexpr std::chrono::minutes kLeaseLife{15};
inline constexpr std::chrono::hours kMaxLeaseLife{24};
inline constexpr std::chrono::days kDefaultTokenLife{30};
inline constexpr std::size_t kMaxGrantConnections = 100;
// As many as a sidecar reports at once; each is an event in one transaction.
inline constexpr std::size_t kMaxUses = 2000;
inline constexpr std::size_t kMaxValueBytes = std::size_t{64} * 1024;
inline constexpr int kLockoutFailures = 5;
inline constexpr std::chrono::minutes kLockoutWindow{15};

struct ServiceLimits {
  std::chrono::seconds lease_life{kLeaseLife};           // of a grant, and of each renewal
  std::chrono::seconds max_lease_life{kMaxLeaseLife};    // of a grant with all its renewals
  std::chrono::seconds token_life{kDefaultTokenLife};    // of a token that says nothing else
  std::size_t grant_connections = kMaxGrantConnections;  // in one grant; as many variables
  std::size_t uses = kMaxUses;                           // reported in one request
  std::size_t value_bytes = kMaxValueBytes;              // of one value of a connection or variable
  int lockout_failures = kLockoutFailures;               // of one source and token in the window
  std::chrono::seconds lockout_window{kLockoutWindow};
};

}  // namespace injector
