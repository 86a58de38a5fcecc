#pragma once
// From credentials to a command that is ready to start: variables, files, and the list of what must
// not be seen in its output. --dry-run goes the same way, but for the files.

#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/injection_plan.h"
#include "injector/sources/connection_manager.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/private_directory.h"
#include "runner_shim/job/start_environment.h"
#include "runner_shim/mask/mask_socket.h"
#include "runner_shim/process/child_command.h"
#include "runner_shim/scrub/scrub_value.h"

namespace runner_shim {

struct PreparedJob {
  ChildCommand command;
  std::vector<ScrubSecret> secrets;
  std::optional<PrivateDirectory> files;  // gone with this object
  // In `files`. Absent where there is no place for it and nothing else needed one.
  std::optional<MaskListener> masks;
  injector::InjectionPlan plan;  // for showing
  std::vector<std::string> warnings;
};

enum class Preparation {
  kReal,
  kDryRun,  // makes no file; paths are shown below kDryRunDirectory
};

inline constexpr std::string_view kDryRunDirectory = "<private directory>";

// Where secret files may go: --files-dir alone, else the default places.
std::vector<std::string> FileBases(const JobOptions& options, const StartEnvironment& environment);

// Requires: `fetched` answers `options`. Errors name connection, variable or file, never a value.
injector::Result<PreparedJob> PrepareJob(const JobOptions& options,
                                         const StartEnvironment& environment,
                                         const injector::FetchedItems& fetched,
                                         Preparation preparation);

}  // namespace runner_shim
