#pragma once
// One container, whose command is to run under the shim.

#include "injector/base/result.h"
#include "injector/webhook/annotations.h"
#include "injector/webhook/config.h"
#include "injector/webhook/json_patch.h"
#include "injector/webhook/parts.h"
#include "injector/webhook/pod.h"

namespace injector::webhook {

// kFailedPrecondition: why it cannot be: no command that is known, a path that is taken.
Result<JsonPatch> PutUnderShim(const Container& container, const Wish& wish, const PartNames& names,
                               const Config& config);

// An error about one container, for who makes the pod.
Error Refused(const Container& container, std::string_view message);

}  // namespace injector::webhook
