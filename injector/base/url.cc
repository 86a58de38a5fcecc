#include "injector/base/url.h"

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/base/loopback.h"

namespace injector {
namespace {

// The length of "scheme://" (RFC 3986, section 3.1); 0 if `text` does not begin with one.
std::size_t SchemeLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() &&
         (IsAsciiAlnum(text[length]) ||
          (length > 0 && std::string_view("+.-").find(text[length]) != std::string_view::npos))) {
    ++length;
  }
  const bool letter_first = length > 0 && !IsAsciiDigit(text[0]);
  return letter_first && text.substr(length).starts_with("://") ? length + 3 : 0;
}

}  // namespace

std::optional<UrlParts> SplitUrl(std::string_view text) {
  const std::size_t scheme = SchemeLength(text);
  if (scheme == 0) return std::nullopt;
  text.remove_prefix(scheme);
  UrlParts url;
  const std::size_t delimiter = std::min(text.find_first_of("/?#@"), text.size());
  if (delimiter < text.size() && text[delimiter] == '@') {
    const std::string_view userinfo = text.substr(0, delimiter);
    const std::size_t colon = userinfo.find(':');
    url.user = userinfo.substr(0, colon);
    if (colon != userinfo.npos) url.password = userinfo.substr(colon + 1);
    text.remove_prefix(delimiter + 1);
  }
  text.remove_prefix(std::min(text.find_first_of("/?#"), text.size()));
  url.path_and_query = text.substr(0, text.find('#'));
  return url;
}

std::string_view AuthorityOf(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end != std::string_view::npos) url.remove_prefix(scheme_end + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

bool IsOnThisMachine(std::string_view url) {
  const std::string_view authority = AuthorityOf(url);
  if (authority.starts_with('[')) return IsLoopback(authority.substr(0, authority.find(']') + 1));
  return IsLoopback(authority.substr(0, authority.find(':')));
}

}  // namespace injector
