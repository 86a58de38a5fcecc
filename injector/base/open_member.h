#pragma once
// Which members of a JSON object that is secret as a whole are none: what a key file says beside
// its key, and what logs are useless without.

#include <string_view>

namespace injector {

// By the member's name: type, project_id, private_key_id, client_id, client_email, universe_domain,
// region, host, user, username, name; and what ends in _uri or _url, unless `value` is a URL with a
// login or a query.
bool IsOpenMember(std::string_view name, std::string_view value);

}  // namespace injector
