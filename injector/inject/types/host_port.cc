#include "injector/inject/types/host_port.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"

namespace injector {
namespace {

bool IsName(std::string_view host) {
  return !host.empty() && host.find_first_of("/?#@\\ :[]%,") == std::string_view::npos &&
         !HoldsAsciiControl(host);
}

}  // namespace

bool IsIpv6Address(std::string_view host) {
  in6_addr parsed{};
  const std::string_view zone = host.substr(std::min(host.find('%'), host.size()));
  if (zone.find_first_of("/?#@\\ ,") != std::string_view::npos || HoldsAsciiControl(zone)) {
    return false;
  }
  const std::string address(host.substr(0, host.size() - zone.size()));
  return ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

bool IsPort(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 && number <= 65535;
}

Secret UrlHost(std::string_view host) {
  if (!IsIpv6Address(host)) return PercentEncode(host);
  const std::size_t zone = std::min(host.find('%'), host.size());
  return Secret::Concat(
      {"[", host.substr(0, zone), PercentEncode(host.substr(zone)).Reveal(), "]"});
}

std::optional<HostPort> SplitHostPort(std::string_view text) {
  if (IsIpv6Address(text)) return HostPort{text, ""};
  HostPort split;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = std::min(text.find(']'), text.size() - 1);
    split.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (text[end] != ']' || !IsIpv6Address(split.host)) return std::nullopt;
  } else {
    split.host = text.substr(0, text.find(':'));
    rest = text.substr(split.host.size());
    if (!IsName(split.host)) return std::nullopt;
  }
  if (rest.empty()) return split;
  split.port = rest.substr(1);
  return rest.front() == ':' && IsPort(split.port) ? std::optional(split) : std::nullopt;
}

Result<std::optional<FieldText>> ReadPort(const Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> port, translation.Field("port"));
  if (port && !IsPort(port->text.Reveal())) {
    return translation.FieldError(port->field, "is not a TCP port, 1 to 65535");
  }
  return port;
}

}  // namespace injector
