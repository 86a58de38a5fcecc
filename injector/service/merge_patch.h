#pragma once

#include "injector/model/value.h"

namespace injector {

// `target` as the merge patch `patch` makes it (RFC 7396, section 2).
Value MergePatch(Value target, const Value& patch);

}  // namespace injector
