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

}  // namespace injector
