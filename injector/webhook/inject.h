#pragma once
// From a pod to the patch that gives its containers what its annotations wish.

#include <optional>

#include "injector/base/result.h"
#include "injector/model/value.h"
#include "injector/webhook/config.h"

namespace injector::webhook {

// A JSON Patch (RFC 6902); nullopt when nothing is to be done: the pod wishes nothing, or has been
// patched before. An error is the reason why the pod cannot have what it wishes, and its hint what
// to do, both for who makes the pod: they name its containers and annotations, and none of their
// other values.
Result<std::optional<Value>> MakePatch(const Value& pod, const Config& config);

}  // namespace injector::webhook
