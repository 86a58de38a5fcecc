#include "runner_shim/job/prepare.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "injector/base/file.h"
#include "injector/base/own_settings.h"
#include "injector/inject/environment.h"
#include "injector/inject/inject.h"
#include "injector/model/redaction.h"
#include "injector/sources/dotenv.h"
#include "runner_shim/job/job_file_options.h"
#include "runner_shim/job/job_templates.h"
#include "runner_shim/job/no_scrub.h"
#include "runner_shim/job/open_source.h"

namespace runner_shim {
namespace {

using injector::AssembleEnvironment;
using injector::Error;
using injector::ErrorCode;
using injector::FetchedItems;
using injector::Injection;
using injector::InjectionRequest;
using injector::IsOwnSetting;
using injector::JobEnvironment;
using injector::Result;
using injector::Secret;
using injector::Status;

// A user's own configuration file may be long, but not endless.
constexpr std::size_t kLargestConfiguration = 4 << 20;

// What the tools' own files say now, so that ours can carry it on.
Result<std::vector<injector::UserConfiguration>> ReadUserConfiguration(
    const FetchedItems& fetched, const StartEnvironment& environment) {
  std::vector<std::string_view> types;
  for (const auto& connection : fetched.connections) {
    if (connection) types.push_back(connection->item.name.type);
  }
  std::vector<injector::UserConfiguration> found =
      injector::LocateUserConfiguration(types, environment.entries());
  for (injector::UserConfiguration& configuration : found) {
    if (configuration.path.empty()) continue;
    Result<Secret> content = injector::ReadRegularFile(configuration.path, kLargestConfiguration);
    if (content.ok()) {
      configuration.content = std::move(content).value();
    } else if (content.error().code() != injector::ErrorCode::kNotFound) {
      return std::move(content).error();
    }
  }
  return found;
}

// The entries of --dotenv as variables, but for settings of ours.
Result<std::vector<injector::Variable>> ReadDotenvVariables(const JobOptions& options) {
  std::vector<injector::Variable> variables;
  if (!options.dotenv) return variables;
  ASSIGN_OR_RETURN(std::vector<injector::DotenvEntry> entries,
                   injector::ReadDotenv(*options.dotenv));
  for (injector::DotenvEntry& entry : entries) {
    if (IsOwnSetting(entry.name)) continue;
    const bool secret = injector::IsSecretVariable(entry.name, entry.value);
    variables.push_back({.key = std::move(entry.name),
                         .value = std::move(entry.value),
                         .description = "",
                         .is_secret = secret});
  }
  return variables;
}

// Where the job finds this very program; empty where it was deleted, or is in no file system.
std::string OwnProgram() {
  std::error_code unreadable;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  struct stat info {};
  return !unreadable && ::stat(path.c_str(), &info) == 0 ? path.string() : "";
}

std::vector<injector::UserConfiguration> Copy(
    const std::vector<injector::UserConfiguration>& configurations) {
  std::vector<injector::UserConfiguration> copies;
  for (const injector::UserConfiguration& one : configurations) {
    std::optional<Secret> content;
    if (one.content) content = one.content->Clone();
    copies.push_back({one.kind, one.path, std::move(content)});
  }
  return copies;
}

Result<Injection> Inject(const JobOptions& options, const LocalInputs& inputs,
                         const FetchedItems& fetched,
                         std::vector<injector::FileToInject> rendered_files) {
  InjectionRequest request;
  request.files = std::move(rendered_files);
  for (const injector::Variable& variable : inputs.dotenv) {
    request.variables.push_back({.variable = &variable,
                                 .name = variable.key,
                                 .remedy = "take it out of " + *options.dotenv});
  }
  for (std::size_t i = 0; i < fetched.connections.size(); ++i) {
    if (!fetched.connections[i]) continue;
    const ConnectionOption& option = options.connections[i];
    injector::ConnectionToInject wanted{.connection = &fetched.connections[i]->item,
                                        .prefix = option.prefix};
    if (option.details) wanted.field_variables = option.details->connection.field_variables;
    request.connections.push_back(std::move(wanted));
  }
  for (std::size_t i = 0; i < fetched.variables.size(); ++i) {
    if (!fetched.variables[i]) continue;
    request.variables.push_back(
        {.variable = &fetched.variables[i]->item, .name = options.variables[i].name});
  }
  if (fetched.endpoint) request.endpoint = &fetched.endpoint->item;
  request.helper_program = inputs.helper_program;
  request.field_variables =
      options.fields ? injector::FieldVariables::kOn : injector::FieldVariables::kOff;
  request.user_configuration = Copy(inputs.user_configuration);
  return injector::BuildInjection(request);
}

injector::EnvironmentOptions EnvironmentOptionsFor(const JobOptions& options,
                                                   const FetchedItems& fetched,
                                                   std::string files_directory) {
  injector::EnvironmentOptions result;
  result.source_variables = SourceVariables(options);
  for (const injector::EnvironmentReference& reference : fetched.environment) {
    result.referenced_variables.push_back({reference.name, reference.secret});
  }
  result.keep = options.keep_env;
  result.clear_inherited = options.clear_env;
  result.on_conflict = options.on_conflict.value_or(injector::OnConflict::kError);
  if (options.scrub_env) result.scrub_patterns = *options.scrub_env;
  result.files_directory = std::move(files_directory);
  return result;
}

Result<JobTemplates::Rendered> Render(const JobOptions& options,
                                      const StartEnvironment& environment,
                                      const FetchedItems& fetched) {
  const JobTemplates none;
  return (options.templates ? *options.templates : none).Render(options, environment, fetched);
}

DirectoryOwner OwnerFor(const ChildCommand& command) {
  if (!command.user) return DirectoryOwner::Ourselves();
  return {command.user->uid, command.user->gid};
}

Status WriteFiles(const Injection& injection, PrivateDirectory& directory) {
  for (const injector::InjectedFile& file : injection.files) {
    RETURN_IF_ERROR(directory.Write(
        file.name, injector::ContentIn(injection, file, directory.path()).Reveal()));
  }
  for (const injector::InjectedLink& link : injection.links) {
    RETURN_IF_ERROR(directory.Link(link.name, link.target));
  }
  return {};
}

Error FileWithExec(const injector::InjectedFile& file) {
  return Error(ErrorCode::kInvalidArgument,
               file.origin + ": needs a file (" + file.name + "), which --exec could not remove")
      .WithHint("leave --exec out");
}

struct JobFiles {
  std::optional<PrivateDirectory> directory;
  std::optional<MaskListener> masks;
  std::vector<std::string> warnings;
};

// The private directory with what belongs in it. The mask socket alone is no reason to fail: a job
// in an empty container, or on a file system that is full, runs without.
Result<JobFiles> MakeFiles(const JobOptions& options, const StartEnvironment& environment,
                           const Injection& injection, const DirectoryOwner& owner) {
  JobFiles files;
  Result<PrivateDirectory> made = PrivateDirectory::Create(FileBases(options, environment), owner);
  const bool needed =
      !injection.files.empty() || !injection.helper_logins.empty() || !options.files_dir.empty();
  if (!made.ok() && needed) return std::move(made).error();
  if (!made.ok()) return files;
  files.directory.emplace(std::move(made).value());
  RETURN_IF_ERROR(WriteFiles(injection, *files.directory));
  Result<MaskListener> masks = ListenForMasks(files.directory->path(), owner.uid);
  if (masks.ok()) {
    files.masks.emplace(std::move(masks).value());
  } else if (!injection.helper_logins.empty()) {
    return std::move(masks).error().WithContext("the socket for credential helpers");
  } else {
    files.warnings.push_back("the job cannot use `runner-shim mask`: " + masks.error().message());
  }
  return files;
}

// All that comes of what was fetched, but for what depends on where files are.
struct Draft {
  ChildCommand command;           // without its environment
  std::vector<Secret> inherited;  // rendered
  Injection injection;
  std::vector<std::string> warnings;
};

Result<Draft> MakeDraft(const JobOptions& options, const StartEnvironment& environment,
                        const LocalInputs& inputs, const FetchedItems& fetched) {
  Draft draft;
  draft.warnings = fetched.warnings;
  draft.command.working_directory = options.cwd;
  draft.command.working_directory_setting = options.NameOf("--cwd");
  draft.command.user = options.user;
  Result<JobTemplates::Rendered> filled = Render(options, environment, fetched);
  if (!filled.ok()) return WithSourcesAsked(std::move(filled).error(), fetched);
  JobTemplates::Rendered& rendered = *filled;
  draft.command.argv = std::move(rendered.arguments);
  draft.inherited = std::move(rendered.environment);
  if (options.render_args && draft.command.argv != options.command) {
    draft.warnings.push_back(
        "--render-args: every process of this machine can read the command's arguments");
  }
  Result<Injection> injected = Inject(options, inputs, fetched, std::move(rendered.files));
  if (!injected.ok()) return WithSourcesAsked(std::move(injected).error(), fetched);
  draft.injection = std::move(injected).value();
  std::ranges::move(rendered.scrub_values, std::back_inserter(draft.injection.scrub_values));
  std::ranges::move(draft.injection.warnings, std::back_inserter(draft.warnings));
  return draft;
}

Result<JobEnvironment> Assemble(const Draft& draft, const JobOptions& options,
                                const FetchedItems& fetched, const std::string& directory) {
  return AssembleEnvironment(draft.inherited, draft.injection,
                             EnvironmentOptionsFor(options, fetched, directory));
}

Status CheckPlace(const Injection& injection, const JobPlace& place) {
  if (place.directory.empty() && !injection.files.empty()) {
    return Error(ErrorCode::kFailedPrecondition,
                 injection.files.front().origin + ": needs a file (" +
                     injection.files.front().name + "), and the job has no place for one");
  }
  if (place.mask_socket.empty() && !injection.helper_logins.empty()) {
    return Error(ErrorCode::kFailedPrecondition,
                 injection.helper_logins.front().place +
                     ": delivery: helper needs the job's socket, and it has none");
  }
  return {};
}

}  // namespace

std::vector<std::string> FileBases(const JobOptions& options, const StartEnvironment& environment) {
  if (!options.files_dir.empty()) {
    // Absolute, because the job may start elsewhere (--cwd) or go there.
    std::error_code unreachable;
    const std::filesystem::path absolute =
        std::filesystem::absolute(options.files_dir, unreachable).lexically_normal();
    return {unreachable ? options.files_dir : absolute.string()};
  }
  const uid_t uid = options.user ? options.user->uid : DirectoryOwner::Ourselves().uid;
  return DefaultBases(uid, environment.Reveal("XDG_RUNTIME_DIR"), environment.Reveal("TMPDIR"));
}

Result<LocalInputs> ReadLocalInputs(const JobOptions& options, const StartEnvironment& environment,
                                    const FetchedItems& fetched) {
  LocalInputs inputs;
  ASSIGN_OR_RETURN(inputs.dotenv, ReadDotenvVariables(options));
  ASSIGN_OR_RETURN(inputs.user_configuration, ReadUserConfiguration(fetched, environment));
  inputs.helper_program = OwnProgram();
  return inputs;
}

Result<PreparedJob> PrepareJob(const JobOptions& options, const StartEnvironment& environment,
                               const LocalInputs& inputs, const FetchedItems& fetched,
                               Preparation preparation) {
  PreparedJob job;
  ASSIGN_OR_RETURN(Draft draft, MakeDraft(options, environment, inputs, fetched));
  job.warnings = std::move(draft.warnings);
  if (options.exec && !draft.injection.files.empty()) {
    return FileWithExec(draft.injection.files.front());
  }
  if (options.exec && !draft.injection.helper_logins.empty()) {
    return Error(ErrorCode::kInvalidArgument, "--exec leaves no runner-shim for helpers to ask")
        .WithHint("leave --exec out, or delivery: helper");
  }
  std::string directory(kDryRunDirectory);
  if (preparation == Preparation::kReal && !options.exec) {
    ASSIGN_OR_RETURN(JobFiles made,
                     MakeFiles(options, environment, draft.injection, OwnerFor(draft.command)));
    if (made.directory) {
      job.files.emplace(*std::move(made.directory));
      directory = job.files->path();
    }
    job.masks = std::move(made.masks);
    std::ranges::move(made.warnings, std::back_inserter(job.warnings));
  }
  if (job.files && !draft.injection.files.empty() && !job.files->is_in_memory()) {
    job.warnings.push_back(directory + " is on a disk, not in memory; see --files-dir");
  }
  ASSIGN_OR_RETURN(JobEnvironment assembled, Assemble(draft, options, fetched, directory));
  job.plan = injector::PlanOf(draft.injection, assembled, directory);
  if (job.masks) injector::SetEntry(assembled, kMaskSocketVariable, job.masks->path);
  job.command = std::move(draft.command);
  job.command.environment = std::move(assembled.entries);
  job.logins = std::move(draft.injection.helper_logins);
  ASSIGN_OR_RETURN(job.secrets, SecretsToScrub({std::move(draft.injection.scrub_values),
                                                std::move(assembled.scrub_values)},
                                               options, fetched));
  return job;
}

Result<JobUpdate> PrepareUpdate(const JobOptions& options, const StartEnvironment& environment,
                                const LocalInputs& inputs, const FetchedItems& fetched,
                                const JobPlace& place) {
  JobUpdate update;
  ASSIGN_OR_RETURN(Draft draft, MakeDraft(options, environment, inputs, fetched));
  RETURN_IF_ERROR(CheckPlace(draft.injection, place));
  for (const injector::InjectedFile& file : draft.injection.files) {
    update.files.push_back(
        {file.name, injector::ContentIn(draft.injection, file, place.directory)});
  }
  update.links = std::move(draft.injection.links);
  ASSIGN_OR_RETURN(JobEnvironment assembled, Assemble(draft, options, fetched, place.directory));
  if (!place.mask_socket.empty()) {
    injector::SetEntry(assembled, kMaskSocketVariable, place.mask_socket);
  }
  update.command = std::move(draft.command);
  update.command.environment = std::move(assembled.entries);
  update.logins = std::move(draft.injection.helper_logins);
  ASSIGN_OR_RETURN(update.secrets, SecretsToScrub({std::move(draft.injection.scrub_values),
                                                   std::move(assembled.scrub_values)},
                                                  options, fetched));
  return update;
}

}  // namespace runner_shim
