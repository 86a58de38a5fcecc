#include "injector/base/open_member.h"

#include <algorithm>
#include <array>
#include <optional>

#include "injector/base/url.h"

namespace injector {
namespace {

constexpr std::array<std::string_view, 11> kOpenNames = {
    "type",   "project_id", "private_key_id", "client_id", "client_email", "universe_domain",
    "region", "host",       "user",           "username",  "name"};

}  // namespace

bool IsOpenMember(std::string_view name, std::string_view value) {
  if (std::find(kOpenNames.begin(), kOpenNames.end(), name) != kOpenNames.end()) return true;
  if (!name.ends_with("_uri") && !name.ends_with("_url")) return false;
  const std::optional<UrlParts> url = SplitUrl(value);
  return !url || (!url->user && url->path_and_query.find('?') == std::string_view::npos);
}

}  // namespace injector
