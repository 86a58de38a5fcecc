// What C++ gives back is wiped first, also by libraries that know of no secrets: the buffers of the
// JSON parser, of the HTTP server and of streams have held them. These replace the library's, for
// the whole program (C++20, [new.delete.single]); arrays and sizes lead here.

#include <malloc.h>

#include <cstdlib>
#include <new>

#include "injector/base/secret.h"

void* operator new(std::size_t size) {
  while (true) {
    if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  injector::Wipe(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
