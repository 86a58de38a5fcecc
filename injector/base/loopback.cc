#include "injector/base/loopback.h"

#include <arpa/inet.h>

#include <string>

namespace injector {

bool IsLoopback(std::string_view host) {
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  const std::string name(bracketed ? host.substr(1, host.size() - 2) : host);
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, name.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  if (::inet_pton(AF_INET6, name.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  return name == "localhost";
}

}  // namespace injector
