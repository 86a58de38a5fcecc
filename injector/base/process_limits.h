#pragma once
// What the kernel lets this process have: for servers, which hold everybody's secrets for long.

namespace injector {

// Keeps this process's memory out of swap (mlockall(2)), where that is allowed without a limit:
// under a limit, memory that is asked for later would be refused. Whether it is kept.
bool LockMemory();

// As many descriptors as the hard limit allows.
void RaiseDescriptorLimit();

}  // namespace injector
