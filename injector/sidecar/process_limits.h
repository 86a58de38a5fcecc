#pragma once
// What the kernel lets this process have.

namespace injector::sidecar {

// Keeps this process's memory out of swap (mlockall(2)), where that is allowed without a limit:
// under a limit, memory that is asked for later would be refused. Whether it is kept.
bool LockMemory();

// As many descriptors as the hard limit allows: each connection and each job's lease has one.
void RaiseDescriptorLimit();

}  // namespace injector::sidecar
