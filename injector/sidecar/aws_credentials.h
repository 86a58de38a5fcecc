#pragma once
// An AWS connection as a container-credentials endpoint answers it (AWS SDKs and Tools Reference
// Guide, "Container credential provider").

#include <chrono>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"

namespace injector::sidecar {

// {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}. `life`: until when the SDK is to ask
// again, where the connection does not say when it ends. kFailedPrecondition without a pair of
// keys.
Result<Value> AwsCredentials(const Connection& connection, const Clock& clock,
                             std::chrono::milliseconds life);

}  // namespace injector::sidecar
