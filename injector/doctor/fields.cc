#include "injector/doctor/fields.h"

#include <algorithm>
#include <charconv>

#include "injector/base/ascii.h"
#include "injector/base/url.h"
#include "injector/inject/field_text.h"
#include "injector/model/catalogue.h"

namespace injector::doctor {
namespace {

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

Error NoPort() { return Error(ErrorCode::kInvalidArgument, "port: is not a TCP port"); }

}  // namespace

Result<Secret> FieldValue(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(std::optional<injector::FieldText> found, ReadField(connection, field));
  if (found) return std::move(found->text);
  return Secret::CopyOf(DefaultOfField(connection.name.type, field));
}

Result<Secret> RequiredField(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(Secret text, FieldValue(connection, field));
  if (!text.empty()) return text;
  return Error(ErrorCode::kNotFound, std::string(field) + ": is missing");
}

Result<std::string> PlainField(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(const Secret text, FieldValue(connection, field));
  return std::string(text.Reveal());
}

Result<std::optional<bool>> SwitchField(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(const std::string text, PlainField(connection, field));
  if (text.empty()) return std::optional<bool>();
  const std::string word = ToAsciiLower(text);
  return std::optional(word == "true" || word == "yes" || word == "on" || word == "1");
}

Result<HostAndPort> ParseHostAndPort(std::string_view text, std::uint16_t default_port) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return Error(ErrorCode::kInvalidArgument, "host: a ] is missing");
    const std::string host(text.substr(1, end - 1));
    if (end + 1 == text.size()) return HostAndPort{host, default_port};
    const auto port = ParsePort(text.substr(std::min(end + 2, text.size())));
    if (text[end + 1] != ':' || !port) return NoPort();
    return HostAndPort{host, *port};
  }
  const std::size_t colon = text.find(':');
  const bool address = colon != text.npos && text.find(':', colon + 1) != text.npos;
  if (colon == text.npos || address) return HostAndPort{std::string(text), default_port};
  const auto port = ParsePort(text.substr(colon + 1));
  if (!port) return NoPort();
  return HostAndPort{std::string(text.substr(0, colon)), *port};
}

Result<HostAndPort> Address(const Connection& connection) {
  ASSIGN_OR_RETURN(const Secret host, RequiredField(connection, "host"));
  ASSIGN_OR_RETURN(const Secret port_text, RequiredField(connection, "port"));
  const auto port = ParsePort(port_text.Reveal());
  if (!port) return NoPort();
  return HostAndPort{std::string(host.Reveal()), *port};
}

Result<std::string> BaseUrl(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const bool plain = text.starts_with("http://");
  if (!plain && text.find("://") == text.npos) return "https://" + std::string(text);
  if (!plain && !text.starts_with("https://")) {
    return Error(ErrorCode::kInvalidArgument, "the URL is neither https:// nor http://");
  }
  if (AuthorityOf(text).find('@') != text.npos) {
    return Error(ErrorCode::kInvalidArgument, "the URL holds a user name or password")
        .WithHint("give them as fields of their own");
  }
  if (plain && !IsOnThisMachine(text)) {
    return Error(ErrorCode::kInvalidArgument, "the URL is http://: the login would be readable");
  }
  return std::string(text);
}

bool IsOnThisMachine(std::string_view url) { return injector::IsOnThisMachine(url); }

}  // namespace injector::doctor
