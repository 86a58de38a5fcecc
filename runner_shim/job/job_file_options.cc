#include "runner_shim/job/job_file_options.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "injector/base/file.h"
#include "injector/yaml/parse.h"

namespace runner_shim {
namespace {

using injector::JobFile;
using injector::JobFileConnection;
using injector::Result;
using injector::Secret;
using injector::Status;

std::string Place(const std::string& job_file, injector::TextPosition position) {
  return job_file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

Result<std::shared_ptr<const JobFileEntry>> MakeEntry(JobFileConnection connection,
                                                      const std::string& job_file) {
  auto entry = std::make_shared<JobFileEntry>();
  entry->where = Place(job_file, connection.position);
  if (!connection.policy.empty()) {
    const std::string path = injector::PathFromJobFile(job_file, connection.policy);
    Result<Secret> text = injector::ReadFile(path, injector::kYamlSizeLimit);
    if (!text.ok()) return std::move(text).error().WithContext(entry->where + ": policy");
    ASSIGN_OR_RETURN(entry->policy, injector::OverridePolicy::Parse(text->Reveal(), path));
  }
  entry->connection = std::move(connection);
  return std::shared_ptr<const JobFileEntry>(std::move(entry));
}

Status AddConnections(JobFile& job, const std::string& job_file, JobOptions& options) {
  const std::size_t given = options.connections.size();
  for (JobFileConnection& connection : job.connections) {
    const std::string reference = connection.reference.ToString();
    const std::string prefix = connection.prefix;
    ASSIGN_OR_RETURN(std::shared_ptr<const JobFileEntry> entry,
                     MakeEntry(std::move(connection), job_file));
    const auto end = options.connections.begin() + static_cast<std::ptrdiff_t>(given);
    const auto same =
        std::find_if(options.connections.begin(), end,
                     [&](const ConnectionOption& option) { return option.reference == reference; });
    if (same == end) {
      options.connections.push_back({reference, prefix, std::move(entry)});
      continue;
    }
    same->details = std::move(entry);
    if (same->prefix.empty()) same->prefix = prefix;
  }
  return {};
}

void AddVariables(const JobFile& job, JobOptions& options) {
  const std::size_t given = options.variables.size();
  for (const injector::JobFileVariable& variable : job.variables) {
    const auto end = options.variables.begin() + static_cast<std::ptrdiff_t>(given);
    const bool is_given =
        std::any_of(options.variables.begin(), end,
                    [&](const VariableOption& option) { return option.key == variable.key; });
    if (!is_given) options.variables.push_back({variable.key, variable.name});
  }
}

}  // namespace

Result<JobOptions> WithJobFile(JobOptions options) {
  if (options.job_file.empty()) return options;
  ASSIGN_OR_RETURN(const Secret text,
                   injector::ReadFile(options.job_file, injector::kYamlSizeLimit));
  ASSIGN_OR_RETURN(JobFile job, injector::ParseJobFile(text.Reveal(), options.job_file));
  RETURN_IF_ERROR(AddConnections(job, options.job_file, options));
  AddVariables(job, options);
  for (const injector::JobFileTemplate& file : job.templates) {
    options.template_files.push_back({injector::PathFromJobFile(options.job_file, file.path),
                                      file.variable,
                                      Place(options.job_file, file.position) + ": template"});
  }
  if (!options.on_conflict) options.on_conflict = job.on_conflict;
  return options;
}

Result<injector::OverriddenConnection> WithJobFileFields(injector::Connection connection,
                                                         const JobFileEntry& entry) {
  connection = injector::WithDefaultFields(std::move(connection), entry.connection.default_fields);
  Result<injector::OverriddenConnection> overridden = injector::OverrideFields(
      std::move(connection), entry.connection.override_fields, entry.policy);
  if (!overridden.ok()) return std::move(overridden).error().WithContext(entry.where);
  for (std::string& warning : overridden->warnings) warning.insert(0, entry.where + ": ");
  return overridden;
}

Result<injector::FetchedItems> WithJobFileFields(injector::FetchedItems fetched,
                                                 const JobOptions& options) {
  for (std::size_t i = 0; i < options.connections.size(); ++i) {
    const JobFileEntry* entry = options.connections[i].details.get();
    if (entry == nullptr || !fetched.connections[i]) continue;
    injector::Connection& connection = fetched.connections[i]->item;
    ASSIGN_OR_RETURN(injector::OverriddenConnection overridden,
                     WithJobFileFields(std::move(connection), *entry));
    connection = std::move(overridden.connection);
    std::ranges::move(overridden.warnings, std::back_inserter(fetched.warnings));
  }
  return fetched;
}

}  // namespace runner_shim
