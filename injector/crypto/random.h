#pragma once
// Random bytes from the kernel (getrandom(2)): keys, salts, nonces, tokens.

#include <cstddef>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// Blocks only until the kernel's generator has been seeded, once after boot.
Result<Secret> RandomBytes(std::size_t size);

}  // namespace injector
