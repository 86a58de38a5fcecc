#pragma once
// The job file (injector/inject/job_file/job_file.h) as options, below those of the command line
// and of INJECTOR_… variables.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/job_file/job_file.h"
#include "injector/inject/job_file/override_policy.h"
#include "injector/sources/connection_manager.h"
#include "runner_shim/job/options.h"

namespace runner_shim {

// What the job file says of one connection.
struct JobFileEntry {
  injector::JobFileConnection connection;
  injector::OverridePolicy policy;
  std::string where;  // "job.yaml:3:5"
};

// `options` with what their job file adds: its connections and variables come behind those that are
// there; of one that both name, the prefix or name of `options` holds where it has one. Paths in
// the file are relative to it. Blocking.
injector::Result<JobOptions> WithJobFile(JobOptions options);

// `fetched` with the job file's defaults and overrides. Requires: it answers `options`.
// kPermissionDenied for an override that no policy allows.
injector::Result<injector::FetchedItems> WithJobFileFields(injector::FetchedItems fetched,
                                                           const JobOptions& options);

// The same for one connection.
injector::Result<injector::OverriddenConnection> WithJobFileFields(injector::Connection connection,
                                                                   const JobFileEntry& entry);

}  // namespace runner_shim
