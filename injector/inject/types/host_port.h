#pragma once
// Hosts and ports as people write them in fields, checked before they become part of a URL or of a
// file: whatever is more than that would change where a login is sent.

#include <optional>
#include <string>
#include <string_view>

#include "injector/inject/translation.h"

namespace injector {

// Whether `host` is an IPv6 address without brackets (RFC 4291, section 2.2), perhaps with a zone.
bool IsIpv6Address(std::string_view host);

// Whether `text` is a TCP port: 1 to 65535 in decimal digits.
bool IsPort(std::string_view text);

// `host` as it stands in a URL (RFC 3986, section 3.2.2): an IPv6 address in brackets, the `%` in
// front of its zone as `%25` (RFC 6874, section 2), anything else percent-encoded.
Secret UrlHost(std::string_view host);

struct HostPort {
  std::string_view host;  // without brackets
  std::string_view port;  // empty: none
};

// "db", "db:5432", "::1", "[::1]", "[::1]:5432"; nullopt for a port that is none, brackets around
// what is no IPv6 address, and everything with a character that no host has.
std::optional<HostPort> SplitHostPort(std::string_view text);

// The field `port`; kInvalidArgument when it is no port.
Result<std::optional<FieldText>> ReadPort(const Translation& translation);

}  // namespace injector
