#pragma once
// From credentials to a command that is ready to start: variables, files, and the list of what must
// not be seen in its output. --dry-run goes the same way, but for the files.

#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/injection_plan.h"
#include "injector/inject/user_configuration.h"
#include "injector/sources/connection_manager.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/private_directory.h"
#include "runner_shim/job/start_environment.h"
#include "runner_shim/mask/mask_socket.h"
#include "runner_shim/process/child_command.h"
#include "runner_shim/scrub/scrub_value.h"

namespace runner_shim {

// Files of this machine that decide, beside what was fetched, what the job gets. Read once: a pipe
// has nothing more to say, and a change that nobody made must not look like one.
struct LocalInputs {
  std::vector<injector::Variable> dotenv;
  std::vector<injector::UserConfiguration> user_configuration;
  // Where the job finds this very program, as a credential helper; empty: nowhere.
  std::string helper_program = {};
};

// Blocking. Requires: `fetched` answers `options`.
injector::Result<LocalInputs> ReadLocalInputs(const JobOptions& options,
                                              const StartEnvironment& environment,
                                              const injector::FetchedItems& fetched);

struct PreparedJob {
  ChildCommand command;
  std::vector<ScrubSecret> secrets;
  std::vector<injector::HelperLogin> logins;
  std::optional<PrivateDirectory> files;  // gone with this object
  // In `files`. Absent where there is no place for it and nothing else needed one.
  std::optional<MaskListener> masks;
  injector::InjectionPlan plan;  // for showing
  std::vector<std::string> warnings;
};

// Where a job that runs has its files and its socket already.
struct JobPlace {
  std::string directory;    // empty: none
  std::string mask_socket;  // empty: none
};

// A job that runs, with other values.
struct JobUpdate {
  struct File {
    std::string name;  // below the private directory
    injector::Secret content;
  };
  ChildCommand command;  // as it would be started now
  std::vector<File> files;
  std::vector<injector::InjectedLink> links;
  std::vector<ScrubSecret> secrets;
  std::vector<injector::HelperLogin> logins;
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
                                         const LocalInputs& inputs,
                                         const injector::FetchedItems& fetched,
                                         Preparation preparation);

// The same with what `fetched` holds now; makes no file. Same errors, and kFailedPrecondition when
// there are files or helpers and no place for them.
injector::Result<JobUpdate> PrepareUpdate(const JobOptions& options,
                                          const StartEnvironment& environment,
                                          const LocalInputs& inputs,
                                          const injector::FetchedItems& fetched,
                                          const JobPlace& place);

}  // namespace runner_shim
