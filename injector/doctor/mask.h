#pragma once
// What may be shown of a message that a server had a part in. A server may repeat what it was sent,
// cut off, escaped or turned in a way that nobody has thought of: so nothing that it says is shown,
// but which of the words that are known here it used.

#include <span>
#include <string>
#include <string_view>

#include "injector/model/connection.h"

namespace injector::doctor {

// `text` with the connection's secrets shown as ***: as they are, percent-encoded, in JSON, hex and
// base64 (at any alignment, so inside a login as well). Values under 4 bytes stay: they stand in
// half of all words. For our own messages: of a host or a file's name a secret may be part as well.
std::string MaskSecrets(std::string_view text, const Connection& connection);

// The first of `vocabulary` that stands in `words`, a server's; empty for none. What comes back is
// the vocabulary's own text.
std::string_view KnownWords(std::string_view words, std::span<const std::string_view> vocabulary);

}  // namespace injector::doctor
