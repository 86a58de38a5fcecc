#pragma once
// --user UID[:GID], by number: a static program must not depend on the image's name service.

#include <string_view>

#include "injector/base/result.h"
#include "runner_shim/process/child_command.h"

namespace runner_shim {

// Without a GID, the group has the number of the user. No supplementary groups. kInvalidArgument
// for anything but decimal numbers below 2^32 - 1 (which means "no change" to the kernel).
injector::Result<ChildUser> ParseUser(std::string_view text);

}  // namespace runner_shim
