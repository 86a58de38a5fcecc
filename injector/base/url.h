#pragma once
// A URL (RFC 3986) taken apart as far as secrets in it, or sent to it, are concerned.

#include <optional>
#include <string_view>

namespace injector {

struct UrlParts {
  std::optional<std::string_view> user;
  std::optional<std::string_view> password;
  std::string_view path_and_query;
};

// nullopt when `text` does not begin with "scheme://". The parts are as written, pieces of `text`.
std::optional<UrlParts> SplitUrl(std::string_view text);

// Of an absolute URL what is between "://" and the path: with userinfo and port.
std::string_view AuthorityOf(std::string_view url);

// Whether only this machine can be meant by the host of an absolute URL.
bool IsOnThisMachine(std::string_view url);

}  // namespace injector
