#pragma once
// The client's side: tells the shim of the job that we are in of one value.

#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "runner_shim/mask/mask_protocol.h"

namespace runner_shim {

// Blocks until the shim has answered. kInvalidArgument: the value is empty or too long;
// kFailedPrecondition: there is no shim at `socket_path`, or it closed the connection.
injector::Result<MaskAnswer> SendMask(const std::string& socket_path,
                                      const injector::Secret& value);

}  // namespace runner_shim
