#pragma once
// All texts of a job that hold {{ conn.… }} and {{ var.… }}: template files of the job file, with
// --render-env the values of inherited variables, with --render-args the command's arguments.
// Parsed before anything is fetched, because they say what is to be fetched too.

#include <cstddef>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/inject.h"
#include "injector/sources/connection_manager.h"
#include "injector/templates/scope.h"
#include "injector/templates/template.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/start_environment.h"

namespace runner_shim {

class JobTemplates {
 public:
  // Reads the template files. Errors name the file, variable or argument, line and column.
  // Blocking.
  static injector::Result<JobTemplates> Load(const JobOptions& options,
                                             const StartEnvironment& environment);

  bool has_references() const { return !connections_.empty() || !variables_.empty(); }
  // What may be meant, each once and optional: not everything here need exist.
  const std::vector<injector::ConnectionRequest>& connections() const { return connections_; }
  const std::vector<injector::VariableRequest>& variables() const { return variables_; }

  struct Rendered {
    std::vector<injector::FileToInject> files;
    std::vector<std::string> arguments;
    std::vector<injector::Secret> environment;
    // Every secret of what was used.
    std::vector<injector::ScrubValue> scrub_values;
  };
  // Requires: `options` and `environment` are those of Load().
  injector::Result<Rendered> Render(const JobOptions& options, const StartEnvironment& environment,
                                    const injector::FetchedItems& fetched) const;

 private:
  // A text that stands in some list.
  struct Placed {
    std::size_t place;
    injector::Template text;
  };

  void Note(const injector::Template& text);

  std::vector<Placed> files_;      // in options.template_files
  std::vector<Placed> arguments_;  // in options.command
  std::vector<Placed> entries_;    // in environment.entries()
  std::vector<injector::ConnectionRequest> connections_;
  std::vector<injector::VariableRequest> variables_;
};

// `options` with their templates parsed, if they have any.
injector::Result<JobOptions> WithTemplates(JobOptions options, const StartEnvironment& environment);

}  // namespace runner_shim
