#pragma once
// Who still holds the job's output when the job itself has ended.

#include <cstddef>
#include <string>
#include <vector>

namespace runner_shim {

// The name under which every process's /proc/<pid>/fd shows the file behind `fd`: "pipe:[123]".
// Empty without /proc.
std::string DescriptorName(int fd);

// How many other processes have one of `names` open. Processes that we may not look into (another
// user's) are not counted, so the number is a lower bound.
std::size_t CountHolders(const std::vector<std::string>& names);

}  // namespace runner_shim
