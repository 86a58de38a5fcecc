#pragma once
// Secrets inside a text that was given whole: a kubeconfig, a docker config.json, an .npmrc, a
// settings.xml, a connection string. Tools read such a text and print what stands in it on its own,
// so each credential has to be scrubbed by itself, as the tool will have it: without its quotes and
// escapes, decoded where it is kept in Base64.
//
// Trust: knows secrets by the names in front of them (secret_names.h, and the short ones of
// connection strings). A text that is not in one of the shapes below is read as lines.

#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace injector {

// Each once, never `text` itself:
//   of JSON and YAML what stands under a secret name, with everything inside it; `value` beside a
//   `name` that means a secret; the argument behind an option that does ("--token", "x");
//   of XML elements, attributes and `value` beside `key` or `name` likewise;
//   of any other text what AssignedSecrets (assigned_secrets.h) and SecretsInText (redaction.h)
//   find;
//   and of all of these what they decode to: Base64, the password in Base64 of "user:password",
//   percent-encoding. Texts inside texts are read in the same way, three deep.
std::vector<Secret> SecretsInStructure(std::string_view text);

}  // namespace injector
