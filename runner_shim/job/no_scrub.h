#pragma once
// Which of a run's secrets are scrubbed: all, but for fields that may be shown, because --no-scrub
// REF.FIELD or the connection itself (Connection::no_scrub) says so.

#include <vector>

#include "injector/base/result.h"
#include "injector/inject/injection.h"
#include "injector/sources/connection_manager.h"
#include "runner_shim/job/options.h"
#include "runner_shim/scrub/scrub_value.h"

namespace runner_shim {

// What there is to scrub, by where it was found.
struct ScrubCandidates {
  std::vector<injector::ScrubValue> asked_for;  // of the connections and variables of the job
  std::vector<injector::ScrubValue> inherited;  // of the environment: JobEnvironment::scrub_values
};

// `candidates` and `fetched.ingredients` without what may be shown: the fields themselves, in every
// form; what they alone were put together with; and inherited variables that hold the same or
// brought the connection. A value that some other field or variable of the job holds too stays
// secret. REF is a connection as a job names it (alias, @type.alias, @type), FIELD any spelling of
// the field; `var.KEY` names a variable. kNotFound for an exception that names nothing: a misspelt
// one must not look as if it worked.
injector::Result<std::vector<ScrubSecret>> SecretsToScrub(ScrubCandidates candidates,
                                                          const JobOptions& options,
                                                          const injector::FetchedItems& fetched);

}  // namespace runner_shim
