#include "injector/http/client/curl_memory.h"

#include <curl/curl.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "injector/base/secret.h"

namespace injector::http {
namespace {

void Free(void* memory) {
  if (memory == nullptr) return;
  Wipe(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

// realloc(3) itself would leave a copy behind where it moves.
void* Reallocate(void* memory, std::size_t size) {
  if (memory == nullptr) return std::malloc(size);
  const std::size_t before = ::malloc_usable_size(memory);
  if (size > 0 && size <= before) return memory;
  void* larger = std::malloc(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, memory, std::min(before, size));
  Free(memory);
  return larger;
}

}  // namespace

void StartCurl() {
  curl_global_init_mem(CURL_GLOBAL_DEFAULT, &std::malloc, &Free, &Reallocate, &::strdup,
                       &std::calloc);
}

}  // namespace injector::http
