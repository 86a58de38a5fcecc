#pragma once
// Envelopes as rows keep them: four columns of text (key_id, data_key_id, wrapped_key, ciphertext),
// the last two base64.

#include <string>
#include <string_view>

#include "injector/crypto/envelope.h"
#include "injector/service/store/sql_session.h"

namespace injector {

// The four columns from `first` on. What is not base64 is empty afterwards: it does not open, but
// nothing else stops for it.
Envelope ReadEnvelope(const SqlRow& row, std::size_t first);

std::string EncodeColumn(std::string_view bytes);

}  // namespace injector
