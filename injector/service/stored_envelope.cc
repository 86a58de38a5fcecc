#include "injector/service/stored_envelope.h"

#include "injector/base/base64.h"

namespace injector {

Envelope ReadEnvelope(const SqlRow& row, std::size_t first) {
  const Secret wrapped = Base64Decode(row.Text(first + 2)).value_or(Secret());
  const Secret ciphertext = Base64Decode(row.Text(first + 3)).value_or(Secret());
  return Envelope{.key_id = row.Text(first),
                  .data_key_id = row.Text(first + 1),
                  .wrapped_key = std::string(wrapped.Reveal()),
                  .ciphertext = std::string(ciphertext.Reveal())};
}

std::string EncodeColumn(std::string_view bytes) {
  return std::string(Base64Encode(bytes).Reveal());
}

}  // namespace injector
