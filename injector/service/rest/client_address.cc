#include "injector/service/rest/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "injector/base/ascii.h"
#include "injector/rest/json_object.h"

namespace injector::rest {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kV4Size = 4;
constexpr std::size_t kV6Size = 16;

// "::ffff:10.0.0.1", as a socket for both families shows it, is 10.0.0.1 (RFC 4291, 2.5.5.2).
Bytes WithoutMapping(Bytes address) {
  const Bytes mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (address.size() == kV6Size && std::equal(mapped.begin(), mapped.end(), address.begin())) {
    address.erase(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(mapped.size()));
  }
  return address;
}

std::optional<Bytes> ParseAddress(std::string_view text) {
  const std::string copy(text);
  Bytes v4(kV4Size);
  if (::inet_pton(AF_INET, copy.c_str(), v4.data()) == 1) return v4;
  Bytes v6(kV6Size);
  if (::inet_pton(AF_INET6, copy.c_str(), v6.data()) == 1) return WithoutMapping(std::move(v6));
  return std::nullopt;
}

// One spelling for each address, as inet_ntop(3) has it: who spells his own in many ways is counted
// as one. What is no address stays as it is.
std::string Canonical(std::string_view text) {
  const std::optional<Bytes> bytes = ParseAddress(text);
  if (!bytes) return std::string(text);
  char spelled[INET6_ADDRSTRLEN] = {};
  const int family = bytes->size() == kV4Size ? AF_INET : AF_INET6;
  return ::inet_ntop(family, bytes->data(), spelled, sizeof spelled) == nullptr ? std::string(text)
                                                                                : spelled;
}

bool SharesPrefix(const Bytes& address, const Bytes& prefix, std::size_t bits) {
  if (address.size() != prefix.size()) return false;
  for (std::size_t i = 0; i < bits; ++i) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
    if ((address[i / 8] & mask) != (prefix[i / 8] & mask)) return false;
  }
  return true;
}

// The addresses of all X-Forwarded-For headers, in their order.
std::vector<std::string_view> ForwardedFor(const http::ServerRequest& request) {
  std::vector<std::string_view> addresses;
  for (const auto& [name, value] : request.headers) {
    if (ToAsciiLower(name) != "x-forwarded-for") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::string_view item = rest.substr(0, rest.find(','));
      addresses.push_back(StripAsciiSpace(item));
      rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    }
  }
  return addresses;
}

}  // namespace

Status TrustedProxies::Add(std::string_view network) {
  const std::size_t slash = network.find('/');
  const std::optional<Bytes> prefix = ParseAddress(network.substr(0, slash));
  std::optional<std::int64_t> bits;
  if (prefix) {
    const auto most = static_cast<std::int64_t>(prefix->size() * 8);
    bits = slash == std::string_view::npos ? most
                                           : ParseWholeNumber(network.substr(slash + 1), 0, most);
  }
  if (!bits) {
    return Error(ErrorCode::kInvalidArgument, "expected an address, or a network like 10.0.0.0/8");
  }
  networks_.push_back({.prefix = *prefix, .bits = static_cast<std::size_t>(*bits)});
  return {};
}

bool TrustedProxies::Contains(std::string_view address) const {
  const std::optional<Bytes> bytes = ParseAddress(address);
  return bytes && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return SharesPrefix(*bytes, network.prefix, network.bits);
         });
}

std::string TrustedProxies::ClientOf(const http::ServerRequest& request) const {
  std::string client = Canonical(request.peer.address);
  const std::vector<std::string_view> forwarded = ForwardedFor(request);
  for (auto address = forwarded.rbegin(); address != forwarded.rend(); ++address) {
    if (!Contains(client) || !ParseAddress(*address)) break;
    client = Canonical(*address);
  }
  return client;
}

}  // namespace injector::rest
