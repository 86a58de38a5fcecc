#pragma once

namespace injector::sidecar {

// Keeps this process's memory out of swap (mlockall(2)), where that is allowed without a limit:
// under a limit, memory that is asked for later would be refused. Whether it is kept.
bool LockMemory();

}  // namespace injector::sidecar
