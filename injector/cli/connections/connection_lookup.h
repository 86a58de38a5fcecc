#pragma once
// Which stored connection a name means.

#include "injector/base/result.h"
#include "injector/model/reference.h"
#include "injector/sources/encrypted_file/store.h"

namespace injector {

// kNotFound names what there is instead, the nearest name first.
Result<ConnectionName> FindName(const StoreListing& listing, const Reference& wanted);

}  // namespace injector
