#pragma once
// scrypt (RFC 7914): a key from a passphrase, slowly and with much memory, so that guessing is
// dear.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// N = 2^log2_n is the cost in time and memory, r the block size, p the parallel lanes. Memory is
// 128 * N * r bytes, time grows with N * r * p.
struct ScryptCost {
  std::uint32_t log2_n = 15;
  std::uint32_t r = 8;
  std::uint32_t p = 3;
  friend bool operator==(const ScryptCost&, const ScryptCost&) = default;
};

// What a file may ask of us, so that a forged header cannot eat the machine: log2_n 1 to 20,
// r 1 to 32, p 1 to 16, memory at most 256 MiB, N * r * p at most 2^22. kInvalidArgument otherwise.
Status CheckScryptCost(const ScryptCost& cost);

// `length` bytes, 1 to 1,024. Blocks for about 0.2 s and takes 32 MiB with the default cost, which
// is the one of OWASP's equivalents that asks for least memory (a CI container may have little).
Result<Secret> Scrypt(const Secret& passphrase, std::string_view salt, const ScryptCost& cost,
                      std::size_t length);

}  // namespace injector
