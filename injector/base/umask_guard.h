#pragma once
// Another umask for a while: modes of new files as asked for, whatever umask we were started with.
// The umask is the whole process's: no other thread may make files meanwhile that rely on it.

#include <sys/stat.h>

namespace injector {

class UmaskGuard {
 public:
  explicit UmaskGuard(mode_t mask) : previous_(::umask(mask)) {}
  ~UmaskGuard() { ::umask(previous_); }
  UmaskGuard(const UmaskGuard&) = delete;
  UmaskGuard& operator=(const UmaskGuard&) = delete;

 private:
  mode_t previous_;
};

}  // namespace injector
