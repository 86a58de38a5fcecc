#pragma once
// What may be shown of a message that a server had a part in: a server may repeat what it was sent.

#include <string>
#include <string_view>

#include "injector/model/connection.h"

namespace injector::doctor {

// `text` with the connection's secrets shown as ***: as they are, percent-encoded, in JSON, hex and
// base64 (at any alignment, so inside a login as well). Values under 4 bytes stay: they stand in
// half of all words.
std::string MaskSecrets(std::string_view text, const Connection& connection);

// A server's own words, for a message: one line, masked, also of what looks like a secret to
// RedactText (redaction.h), at most 200 bytes, in quotes; empty for no words. Words that hold a
// secret under 4 bytes are left out.
std::string Quote(std::string_view words, const Connection& connection);

}  // namespace injector::doctor
