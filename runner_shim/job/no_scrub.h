#pragma once
// --no-scrub REF.FIELD: a secret field that may be shown.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/injection.h"
#include "injector/sources/connection_manager.h"
#include "runner_shim/job/options.h"

namespace runner_shim {

// `values` without those that one of `options.no_scrub` names. REF is a connection as a job names
// it (alias, @type.alias, @type), FIELD any spelling of the field; `var.KEY` names a variable.
// kNotFound for an exception that names nothing: a misspelt one must not look as if it worked.
injector::Result<std::vector<injector::ScrubValue>> WithoutExceptions(
    std::vector<injector::ScrubValue> values, const JobOptions& options,
    const injector::FetchedItems& fetched);

}  // namespace runner_shim
