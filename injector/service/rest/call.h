#pragma once
// One request whose sender is known, as the routes see it.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/http/server/server.h"
#include "injector/model/value.h"
#include "injector/service/grants.h"
#include "injector/service/once.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"

namespace injector::rest {

// Decoded segments of the path, by the names that the route gives them.
using PathParameters = std::vector<std::pair<std::string_view, std::string>>;

struct Call {
  const http::ServerRequest& request;
  const Principal& principal;
  const PathParameters& path;

  // Requires: the route's path has it.
  const std::string& Segment(std::string_view name) const;
};

// The parameters behind the '?', percent-decoded; a '+' is a '+'.
class Query {
 public:
  // kInvalidArgument for a parameter that is none of `known`, one that comes twice, and text that
  // is not UTF-8 or holds control characters.
  static Result<Query> Parse(std::string_view text, std::initializer_list<std::string_view> known);

  // Empty when it is absent.
  std::string Text(std::string_view name) const;
  Result<bool> Bool(std::string_view name) const;
  // `otherwise` when it is absent; kInvalidArgument outside of the bounds.
  struct Bounds {
    std::int64_t least;
    std::int64_t most;
  };
  Result<std::int64_t> Number(std::string_view name, Bounds bounds, std::int64_t otherwise) const;
  // `after` and `limit`.
  Result<PageRequest> Page() const;

 private:
  const std::string* Find(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// The body as JSON. 415 unless it says to be application/json, or application/merge-patch+json in a
// PATCH; kInvalidArgument for what does not parse.
Result<Value> JsonBody(const Call& call);

// The version that If-Match names; nullopt without the header. kFailedPrecondition for what is no
// version's ETag: none will ever match it.
Result<std::optional<std::int64_t>> IfMatch(const Call& call);
// The same; 428 without the header.
Result<std::int64_t> RequiredIfMatch(const Call& call);

// What Idempotency-Key asks for; nullopt without the header. kInvalidArgument unless it is 1 to 255
// visible ASCII characters.
Result<std::optional<OnceKey>> OnceKeyOf(const Call& call);

// What proves that the caller holds the lease of the path's `id`. Without the header the proof is
// one that fits no lease.
LeaseProof ProofOf(const Call& call);

// Bytes of a name or an id that a request may hold.
inline constexpr std::size_t kNameLimit = 255;

// Whether it is UTF-8 without control characters, of at most `limit` bytes.
bool IsPlainText(std::string_view text, std::size_t limit);

}  // namespace injector::rest
