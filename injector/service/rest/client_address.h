#pragma once
// Where a request comes from, when proxies stand in between: they say so in X-Forwarded-For, and
// only those that are trusted are believed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/http/server/server.h"

namespace injector::rest {

class TrustedProxies {
 public:
  // Adds an address ("10.0.0.1", "::1") or a network ("10.0.0.0/8"). kInvalidArgument.
  Status Add(std::string_view network);

  // The peer's address; when that is a trusted proxy, the last one in X-Forwarded-For that is not.
  // What is no address there is where trust ends: the one behind it is the answer. Spelled as
  // inet_ntop(3) does, "10.0.0.1" for "::ffff:10.0.0.1" too.
  std::string ClientOf(const http::ServerRequest& request) const;

 private:
  struct Network {
    std::vector<std::uint8_t> prefix;  // 4 or 16 bytes
    std::size_t bits = 0;
  };
  bool Contains(std::string_view address) const;

  std::vector<Network> networks_;
};

}  // namespace injector::rest
