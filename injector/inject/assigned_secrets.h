#pragma once
// Values that stand behind secret names in the lines of configuration files and in connection
// strings: "password = x", "AccountKey=x;", "password=\"x\"", "machine h login u password x".
//
// Formats: INI and .env files; java.util.Properties; ODBC ("SQLDriverConnect", values in braces);
// netrc as ftp(1) has it, and msmtp's configuration; PostgreSQL's password file.

#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace injector {

// Whether a value under `name` is a secret: IsSecretName, and the words pwd, pass, sig and
// SharedAccessSignature, which mean a secret only where something is assigned to them.
bool IsAssignedSecretName(std::string_view name);

// Without quotes, and both with and without their escapes. Where the end of a value depends on the
// format ("x;y" in an INI file, "x" in a connection string) every reading counts.
std::vector<Secret> AssignedSecrets(std::string_view text);

}  // namespace injector
