#pragma once
// What a source has lent for a time: connections and variables that it will want back, may change
// meanwhile, or will refuse to vouch for any longer.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/credential_endpoint.h"

namespace injector {

// What is not as it was lent.
struct LeaseChanges {
  std::string source;                   // its Description()
  std::vector<Connection> connections;  // as they are now
  std::vector<Variable> variables;
  std::vector<std::string> removed;  // not lent any more: "@type.alias", "variable KEY"
  std::optional<CredentialEndpoint> endpoint = {};

  bool empty() const {
    return connections.empty() && variables.empty() && removed.empty() && !endpoint;
  }
};

// Who hears of a lease, from the lease's own thread.
struct LeaseHolder {
  // What a person should know: each thing once.
  std::function<void(const Error&)> say;
  // Takes what has changed, and returns once no value of this change, or of one before that was not
  // taken, can be seen where it must not be; false: that cannot be had. Must return when the lease
  // is to go.
  std::function<bool(LeaseChanges)> take;
  // How often something secret was masked in the output; for the good-bye, on the thread that lets
  // the lease go. Null: nobody counts.
  std::function<std::uint64_t()> masked_runs = {};
};

class Lease {
 public:
  // Going, it gives back what was lent; that takes a bounded time and may fail unseen, for leases
  // end by themselves.
  virtual ~Lease() = default;

  // From now on a thread of its own renews the lease in time and hears of changes. Requires: called
  // at most once.
  virtual Status Keep(LeaseHolder holder) = 0;
};

}  // namespace injector
