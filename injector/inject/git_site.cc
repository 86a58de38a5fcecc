#include "injector/inject/git_site.h"

#include "injector/base/ascii.h"

namespace injector {
namespace {

std::string_view OwnPort(std::string_view site) {
  if (site.starts_with("https://")) return ":443";
  return site.starts_with("http://") ? ":80" : "";
}

}  // namespace

std::string GitSite(std::string_view site) {
  std::string name = ToAsciiLower(site);
  const std::string_view port = OwnPort(name);
  if (name.ends_with(port)) name.resize(name.size() - port.size());
  return name;
}

std::string_view LeftOutPort(std::string_view site) {
  const std::string_view authority = site.substr(site.find("://") + 3);
  const std::string_view behind_address = authority.substr(authority.rfind(']') + 1);
  return behind_address.find(':') == std::string_view::npos ? OwnPort(site) : "";
}

}  // namespace injector
