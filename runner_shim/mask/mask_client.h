#pragma once
// The client's side: tells the shim of the job that we are in of one value, or asks it for a login.

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "runner_shim/mask/mask_protocol.h"

namespace runner_shim {

// Blocks until the shim has answered. kInvalidArgument: the value is empty or too long;
// kFailedPrecondition: there is no shim at `socket_path`, or it closed the connection.
injector::Result<MaskAnswer> SendMask(const std::string& socket_path,
                                      const injector::Secret& value);

// The login for `query`, which is as the protocol's ShimRequest has it; nullopt: the job has none.
// Where one shim is inside another, all are asked, the inner one first. Blocks. kFailedPrecondition
// as above.
injector::Result<std::optional<ShimLogin>> AskForLogin(const std::string& socket_path,
                                                       ShimRequest kind, std::string_view query);

}  // namespace runner_shim
