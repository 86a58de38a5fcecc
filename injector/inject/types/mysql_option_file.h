#pragma once
// The file in which MySQL's and MariaDB's programs and client libraries look for options (MySQL
// Reference Manual, "Using Option Files"; mysys/my_default.c of MariaDB for what it leaves open).

#include <optional>
#include <string_view>

#include "injector/base/secret.h"

namespace injector {

// `value` as it stands behind `name=`: in double quotes, so that # and spaces at its ends belong to
// it, with the escapes that both servers' readers know. nullopt when it cannot be written: a NUL
// byte, or longer than a line of theirs (4,096 bytes with name and quotes).
std::optional<Secret> MysqlOptionValue(std::string_view value);

}  // namespace injector
