#include "injector/cli/variables/secret_variable.h"

#include <stdlib.h>  // unsetenv: POSIX, not in <cstdlib>

#include <cstring>

namespace injector {

std::optional<Secret> TakeSecretVariable(const char* name) {
  char* value = ::getenv(name);
  if (value == nullptr) return std::nullopt;
  const std::size_t size = std::strlen(value);
  Secret taken = Secret::CopyOf({value, size});
  Wipe(value, size);
  ::unsetenv(name);
  if (taken.empty()) return std::nullopt;
  return taken;
}

}  // namespace injector
