#pragma once
// The address of a registry, an index or an API server, as files name it apart from its login.

#include <string>
#include <string_view>

#include "injector/inject/translation.h"

namespace injector {

struct SiteUrl {
  std::string scheme;     // "https" or "http"
  std::string authority;  // host[:port], in lower case; never the scheme's own port
  std::string path;       // begins with '/'

  std::string Text() const { return scheme + "://" + authority + path; }
};

// The host of "host[:port]" or "[address]:port", in its brackets.
std::string_view HostIn(std::string_view authority);

// Without a scheme it is https. http to another machine is warned of: the login would travel in
// clear. kInvalidArgument for anything but scheme, host, port and path, so also for a login inside.
Result<SiteUrl> ReadSiteUrl(Translation& translation, const FieldText& field);

}  // namespace injector
