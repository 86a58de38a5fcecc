#include "injector/crypto/length_prefixed.h"

#include <cstdint>

namespace injector {

std::string LengthPrefixed(std::span<const std::string_view> pieces) {
  std::size_t size = 0;
  for (std::string_view piece : pieces) size += sizeof(std::uint64_t) + piece.size();
  std::string bytes;
  bytes.reserve(size);
  for (std::string_view piece : pieces) {
    const std::uint64_t length = piece.size();
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xFF);
    bytes += piece;
  }
  return bytes;
}

}  // namespace injector
