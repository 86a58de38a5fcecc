#pragma once
// What a request says beside its path: parameters, a JSON body, a bearer token.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/http/server/server.h"
#include "injector/model/value.h"

namespace injector::rest {

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

 private:
  const std::string* Find(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// The body as JSON. UnsupportedMediaType() unless it says to be application/json, or
// application/merge-patch+json in a PATCH; kInvalidArgument for what does not parse.
Result<Value> JsonBody(const http::ServerRequest& request);

// The token of "Authorization: Bearer TOKEN" (RFC 6750); empty without one.
std::string_view BearerToken(const http::ServerRequest& request);

// Bytes of a name or an id that a request may hold.
inline constexpr std::size_t kNameLimit = 255;

// Whether it is UTF-8 without control characters, of at most `limit` bytes.
bool IsPlainText(std::string_view text, std::size_t limit);

}  // namespace injector::rest
