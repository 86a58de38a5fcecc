#include "injector/inject/url_userinfo.h"

#include <algorithm>

#include "injector/base/ascii.h"

namespace injector {
namespace {

bool IsScheme(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAsciiAlnum(c) || c == '+' || c == '-' || c == '.';
  });
}

}  // namespace

std::string_view UserinfoSecret(std::string_view value) {
  const std::size_t colon = value.find("://");
  if (colon == std::string_view::npos || !IsScheme(value.substr(0, colon))) return {};
  const std::string_view scheme = value.substr(0, colon);
  const std::string_view rest = value.substr(colon + 3);
  // The last '@' before the path: an unencoded one in a password is wrong but common.
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string_view userinfo = authority.substr(0, at);
  const std::size_t split = userinfo.find(':');
  if (split != std::string_view::npos) return userinfo.substr(split + 1);
  return scheme == "http" || scheme == "https" ? userinfo : std::string_view();
}

}  // namespace injector
