#pragma once
// One request whose sender is known, as the routes see it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/http/server/server.h"
#include "injector/model/value.h"
#include "injector/rest/query.h"
#include "injector/rest/route_matcher.h"
#include "injector/service/grants.h"
#include "injector/service/once.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"

namespace injector::rest {

struct Call {
  const http::ServerRequest& request;
  const Principal& principal;
  const PathParameters& path;
  // For requests that wait: the refusal of a caller who was known and is not any more, or nothing.
  std::function<std::optional<http::ServerResponse>()> readmit;

  // Requires: the route's path has it.
  const std::string& Segment(std::string_view name) const { return rest::Segment(path, name); }
};

// `after` and `limit`.
Result<PageRequest> PageOf(const Query& query);

// The body as JSON, as JsonBody(request) reads it.
inline Result<Value> JsonBody(const Call& call) { return JsonBody(call.request); }

// The version that If-Match names; nullopt without the header, and for "*", which any version
// matches. kFailedPrecondition for what is no version's ETag: none will ever match it.
Result<std::optional<std::int64_t>> IfMatch(const Call& call);
// The same; 428 without the header.
Result<std::optional<std::int64_t>> RequiredIfMatch(const Call& call);

// What Idempotency-Key asks for; nullopt without the header. kInvalidArgument unless it is 1 to 255
// visible ASCII characters.
Result<std::optional<OnceKey>> OnceKeyOf(const Call& call);

// What proves that the caller holds the lease of the path's `id`. Without the header the proof is
// one that fits no lease.
LeaseProof ProofOf(const Call& call);

}  // namespace injector::rest
