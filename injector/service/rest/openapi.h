#pragma once

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector::rest {

// openapi.yaml as JSON, as /openapi.json serves it.
Result<Secret> OpenApiJson();

}  // namespace injector::rest
