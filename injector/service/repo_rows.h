#pragma once
// Repos as rows: one is there from the first attachment or token that names it.

#include <string>

#include "injector/base/result.h"
#include "injector/service/ledger.h"

namespace injector {

// The id of the org's repo of that name, made if it is not there.
Result<std::string> FindOrMakeRepo(Act& act, const std::string& name);

}  // namespace injector
