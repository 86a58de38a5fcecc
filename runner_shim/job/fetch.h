#pragma once
// Gets what the job asked for from the sources it may be in.

#include <chrono>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/sources/connection_manager.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/start_environment.h"
#include "runner_shim/process/inherited_state.h"

namespace runner_shim {

// The sources that will be asked, in order, as --source spells them. Those of the options; else the
// default: where the directory /run/injector is, the sidecar at /run/injector/sidecar.sock; else
// connections.yaml here (or osiris_connections.yaml); else the store that `injector` writes
// ($INJECTOR_STORE, else ~/.config/injector/connections.enc.json).
injector::Result<std::vector<std::string>> ChooseSources(const JobOptions& options,
                                                         const StartEnvironment& environment);

// All that is asked for, with what is attached behind it (WithAttached()), or an error. When a
// service or sidecar stays unavailable until --fetch-timeout, --fallback is asked instead, and that
// is said. Opens no source when nothing is asked for. Blocking, but for
// no longer than --fetch-timeout, keys and locks included: then the process says so and ends with
// 124; a terminating signal S ends it with 128+S. Requires: as TerminationWatch.
injector::Result<injector::FetchedItems> FetchCredentials(const JobOptions& options,
                                                          const StartEnvironment& environment,
                                                          const InheritedState& inherited);

// `connection` as the job is given it: the key of a GitHub App becomes a token of its installation,
// asked for until `deadline`; in a dry run it only seems to, for a filter it stays. Blocking.
injector::Result<injector::Connection> WithAppToken(injector::Connection connection,
                                                    const JobOptions& options,
                                                    std::chrono::steady_clock::time_point deadline);

// `options` with an entry for everything in `fetched`: what is attached was not asked for by name.
JobOptions WithAttached(JobOptions options, const injector::FetchedItems& fetched);

// Overwrites in place, as WipeInherited() does, the variables with a secret that sources have read.
// The job gets none of the others either, but the shim itself may need them (SSL_CERT_FILE).
void WipeSecretReferences(char** inherited, const StartEnvironment& environment,
                          const injector::FetchedItems& fetched);

// The connections that are there.
std::vector<injector::ConnectionName> NamesOf(const injector::FetchedItems& fetched);

}  // namespace runner_shim
