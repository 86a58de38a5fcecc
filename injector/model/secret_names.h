#pragma once
// Which field and variable names mean a secret, whatever the type.

#include <string_view>

namespace injector {

// True when `name`, in any case, contains password, passwd, passphrase, key (but not primary_key,
// key_id or …_key_path), token, secret, credential, dsn, webhook_url or authorization, or is the
// word `auth` (separated by _ - . or a change of case).
bool IsSecretName(std::string_view name);

}  // namespace injector
