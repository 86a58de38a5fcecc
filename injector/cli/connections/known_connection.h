#pragma once
// A connection at a service as far as it is known, for the service shows no secret: what can be
// shown and checked of it, and the requests that make it another.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/served/served_items.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"

namespace injector {

struct KnownConnection {
  // In place of each secret stands a random text, so that no value that is given is the same.
  Connection connection;
  std::vector<std::string> hidden;  // the paths of these
};

// Errors of RandomBytes().
Result<KnownConnection> KnownOf(const ServedConnection& served);

// The body that makes `wanted` (POST /service-connections).
Value CreationOf(const Connection& wanted);

// The merge patch (RFC 7396) that makes `wanted` of what is known (PATCH): only what differs, and
// nothing of what is hidden but what `wanted` says anew. An empty map when nothing differs.
// kFailedPrecondition when a map, or something in one, is to stand where all is hidden: it would be
// merged with what nobody sees.
Result<Value> PatchTo(const Connection& wanted, const KnownConnection& known);

}  // namespace injector
