#pragma once
// How git names the sites that it asks logins for.

#include <string>
#include <string_view>

namespace injector {

// The key of a login, of "SCHEME://HOST[:PORT]": in lower case, without the scheme's own port.
std::string GitSite(std::string_view site);

}  // namespace injector
