#pragma once
// Several byte strings as one, for associated data and MACs, so that no two lists read the same:
// each piece with its length in front (8 bytes, big-endian).

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace injector {

// Allocates once: when a piece is secret, wrapping the result in Secret::TakeFrom leaves no copy.
std::string LengthPrefixed(std::span<const std::string_view> pieces);
inline std::string LengthPrefixed(std::initializer_list<std::string_view> pieces) {
  return LengthPrefixed(std::span(pieces.begin(), pieces.size()));
}

}  // namespace injector
