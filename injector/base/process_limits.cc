#include "injector/base/process_limits.h"

#include <sys/mman.h>
#include <sys/resource.h>

namespace injector {

bool LockMemory() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY) return false;
  // As pages are used: the stacks of all threads would be hundreds of megabytes.
  return ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);  // to what is allowed already: cannot fail
}

}  // namespace injector
