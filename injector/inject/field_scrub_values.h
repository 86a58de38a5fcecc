#pragma once
// Which of a connection's values must not be seen in the job's output.

#include <string_view>
#include <vector>

#include "injector/inject/injection.h"
#include "injector/model/connection.h"

namespace injector {

// Every secret field and secret leaf, each under "type.alias.path", and the secrets inside it where
// it is a whole file (structured_secrets.h), but of what is inside a secret map not its open
// members (base/open_member.h) that the user does not call secret; of fields that are not secret
// each piece that is one (SecretsInText of redaction.h), as written and percent-decoded, and the
// whole text where it is no URL with a password. Left out: what the user took out
// (Connection::no_scrub), empty values, true and false.
std::vector<ScrubValue> FieldScrubValues(const Connection& connection);

// Those of a variable, under "var.KEY": the whole of a secret one and the secrets inside it; of any
// other its pieces that are secrets, as those of a field.
std::vector<ScrubValue> VariableScrubValues(const Variable& variable);

// Whether the user took `field` (any spelling, or something around it) out of scrubbing.
bool IsExemptFromScrubbing(const Connection& connection, std::string_view field);

}  // namespace injector
