#pragma once
// The secret part of a URL that is otherwise no secret: "https://user:password@host/".

#include <string_view>

namespace injector {

// Of a value like scheme://user:password@host the password as written; of http(s)://token@host,
// where there is no password, the token. Empty when there is no such part: ssh://git@host names a
// user and nothing more.
std::string_view UserinfoSecret(std::string_view value);

}  // namespace injector
