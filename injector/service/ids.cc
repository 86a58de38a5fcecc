#include "injector/service/ids.h"

#include "injector/base/hex.h"
#include "injector/crypto/random.h"

namespace injector {

Result<std::string> NewUuid() {
  ASSIGN_OR_RETURN(Secret random, RandomBytes(16));
  std::span<char> bytes = random.RevealMutable();
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);  // version 4
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);  // variant 10
  const std::string hex = HexEncode(random.Reveal());
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20);
}

}  // namespace injector
