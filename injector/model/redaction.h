#pragma once
// Values as they may be seen: in lists, logs, errors and answers, with "***" where a secret stands.
// Works on names and shapes; the scrubber (runner_shim/scrub) works on the values themselves.
//
// Trust: a secret under an innocent name, in no shape known here, is not recognised; such a field
// has to be declared secret.

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector {

inline constexpr std::string_view kRedacted = "***";

// `text` with these masked: the password of a URL's userinfo (its user where there is no password);
// what follows a secret-named word and `=` or `:` ("password=…", "Authorization: …", query
// parameters); what follows "Bearer" or "Basic"; private keys in PEM; and secrets inside when the
// whole text is JSON; and JSON Web Tokens. Rather masks too much than too little.
std::string RedactText(std::string_view text);

// The pieces that RedactText masks, as they stand in `text`, without quotes around them, outer ones
// before those inside them ("Bearer x", then "x"). The user of a URL without password counts in
// http alone: of ssh://git@host it is no secret.
std::vector<Secret> SecretsInText(std::string_view text);

// The same in all strings of `value`, and whole what stands under a secret name.
Value Redact(const Value& value);

// Whether some part of a value that is not itself secret is one: whether Redact would change it.
bool HoldsSecret(const Value& value);
bool HoldsSecret(std::string_view text);

// Whether a variable is secret when nobody says: by its name, or because its value holds a secret.
bool IsSecretVariable(std::string_view key, const Secret& value);

// Whether everybody may see the whole value of `variable`: it is not secret and holds none.
bool IsWhollyVisible(const Variable& variable);

// The value of a variable as everybody may see it.
std::string VisibleText(const Variable& variable);

struct VisibleFields {
  std::vector<Field> fields;              // without what is secret, the rest as Redact shows it
  std::vector<std::string> hidden_paths;  // "password", "ssl.key": outermost ones, in order
};

// What of `connection` everybody may see. Items of lists keep their places: a secret one shows as
// kRedacted.
VisibleFields HideSecrets(const Connection& connection);

// `connection` with every secret field and member shown as kRedacted.
std::vector<Field> RedactedFields(const Connection& connection);

}  // namespace injector
