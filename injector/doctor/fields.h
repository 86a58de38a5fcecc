#pragma once
// A connection's fields as checks need them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector::doctor {

// The field's text, under any spelling; else the catalogue's default for it; else empty. kConflict
// for spellings that contradict each other.
Result<Secret> FieldValue(const Connection& connection, std::string_view field);
// kNotFound when there is none.
Result<Secret> RequiredField(const Connection& connection, std::string_view field);
// For fields that are no secrets: hosts, names.
Result<std::string> PlainField(const Connection& connection, std::string_view field);
// Whether it says true, yes, on or 1; nullopt: it is absent.
Result<std::optional<bool>> SwitchField(const Connection& connection, std::string_view field);

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};
// "db", "db:5432", "[::1]:5432", "::1". kInvalidArgument for a port that is none.
Result<HostAndPort> ParseHostAndPort(std::string_view text, std::uint16_t default_port);
// Of the fields `host`, as it is, and `port`, or the catalogue's default port.
Result<HostAndPort> Address(const Connection& connection);

// An absolute URL without a slash at its end: `text` itself, or "https://" and `text`.
// kInvalidArgument for http:// to another machine, where a secret would go unencrypted, and for a
// URL with userinfo.
Result<std::string> BaseUrl(std::string_view text);

// Whether the host of an absolute URL is this machine.
bool IsOnThisMachine(std::string_view url);

}  // namespace injector::doctor
