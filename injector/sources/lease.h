#pragma once
// What a source has lent for a time: connections and variables that it will want back, or will
// refuse to vouch for any longer.

#include <functional>

#include "injector/base/result.h"

namespace injector {

// Going, it gives back what was lent; that takes a bounded time and may fail unseen, for leases end
// by themselves.
class Lease {
 public:
  virtual ~Lease() = default;

  // From now on a thread of its own renews the lease in time. `say` is called once, from that
  // thread, if the lease ends all the same. Requires: called at most once.
  virtual Status Keep(std::function<void(const Error&)> say) = 0;
};

}  // namespace injector
