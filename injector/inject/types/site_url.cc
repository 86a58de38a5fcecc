#include "injector/inject/types/site_url.h"

#include "injector/base/ascii.h"
#include "injector/base/loopback.h"

namespace injector {

std::string_view HostIn(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

Result<SiteUrl> ReadSiteUrl(Translation& translation, const FieldText& field) {
  std::string_view text = field.text.Reveal();
  SiteUrl url{"https", "", "/"};
  const std::size_t scheme_end = text.find("://");
  if (scheme_end != std::string_view::npos) {
    url.scheme = ToAsciiLower(text.substr(0, scheme_end));
    text.remove_prefix(scheme_end + 3);
  }
  const std::size_t slash = std::min(text.find('/'), text.size());
  url.authority = ToAsciiLower(text.substr(0, slash));
  if (slash < text.size()) url.path = text.substr(slash);
  const std::string_view own_port = url.scheme == "https" ? ":443" : ":80";
  if (url.authority.ends_with(own_port)) {
    url.authority.resize(url.authority.size() - own_port.size());
  }
  const bool strange = (url.scheme != "https" && url.scheme != "http") || url.authority.empty() ||
                       text.find_first_of("@?#\\ \"'<>") != std::string_view::npos ||
                       HoldsAsciiControl(text);
  if (strange) {
    return translation.FieldError(field.field,
                                  "is not an http or https URL of host and path alone");
  }
  if (url.scheme == "http" && !IsLoopback(HostIn(url.authority))) {
    translation.AddWarning(field.field + " is http://: the login travels unencrypted");
  }
  return url;
}

}  // namespace injector
