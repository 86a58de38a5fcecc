#pragma once
// How git names the sites that it asks logins for.

#include <string>
#include <string_view>

namespace injector {

// The key of a login, of "SCHEME://HOST[:PORT]": in lower case, without the scheme's own port.
std::string GitSite(std::string_view site);

// The port that GitSite() leaves out of `site`: ":443", ":80"; empty where it has another.
std::string_view LeftOutPort(std::string_view site);

}  // namespace injector
