#include "runner_shim/job/job_templates.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "injector/base/environment_entry.h"
#include "injector/base/file.h"
#include "injector/base/own_settings.h"
#include "injector/base/variable_name.h"
#include "injector/inject/field_scrub_values.h"

namespace runner_shim {
namespace {

using injector::ConnectionRequest;
using injector::EnvironmentEntry;
using injector::IsOwnSetting;
using injector::Presence;
using injector::Reference;
using injector::Result;
using injector::Secret;
using injector::Status;
using injector::Template;
using injector::TemplateReference;
using injector::VariableRequest;

constexpr std::size_t kLargestTemplate = 4 << 20;

// Whether the job may come to see the inherited variable `name`.
bool MayReachJob(std::string_view name, const JobOptions& options) {
  if (IsOwnSetting(name)) return false;
  if (!options.clear_env) return true;
  return std::any_of(
      options.keep_env.begin(), options.keep_env.end(),
      [name](const std::string& pattern) { return injector::GlobMatches(pattern, name); });
}

std::string FileNameOf(const TemplateFile& file) {
  const std::size_t slash = file.path.rfind('/');
  const std::string name = slash == std::string::npos ? file.path : file.path.substr(slash + 1);
  return "rendered/" + file.variable + "/" + name;
}

// Renders one text after the other, and remembers what they were made with.
class Renderer {
 public:
  explicit Renderer(const injector::FetchedItems& fetched) {
    for (const auto& connection : fetched.connections) {
      if (connection) scope_.Add(connection->item);
    }
    for (const auto& variable : fetched.variables) {
      if (variable) scope_.Add(variable->item);
    }
    for (const auto& connection : fetched.template_connections) scope_.Add(connection);
    for (const auto& variable : fetched.template_variables) scope_.Add(variable);
    scope_.AddHeld(fetched.held_connections, fetched.held_variables);
  }

  Result<Secret> Render(const Template& text) {
    ASSIGN_OR_RETURN(injector::RenderedText rendered, injector::Render(text, scope_));
    for (const injector::Connection* connection : rendered.connections) {
      if (!AddOnce(connection)) continue;
      std::ranges::move(injector::FieldScrubValues(*connection), std::back_inserter(values_));
    }
    for (const injector::Variable* variable : rendered.variables) {
      if (!AddOnce(variable)) continue;
      std::ranges::move(injector::VariableScrubValues(*variable), std::back_inserter(values_));
    }
    return std::move(rendered.text);
  }

  std::vector<injector::ScrubValue> TakeScrubValues() && { return std::move(values_); }

 private:
  bool AddOnce(const void* item) {
    if (std::find(used_.begin(), used_.end(), item) != used_.end()) return false;
    used_.push_back(item);
    return true;
  }

  injector::TemplateScope scope_;
  std::vector<const void*> used_;
  std::vector<injector::ScrubValue> values_;
};

}  // namespace

void JobTemplates::Note(const Template& text) {
  for (const TemplateReference& reference : text.references()) {
    const std::string where = reference.In(text.name());
    if (reference.kind == TemplateReference::Kind::kVariable) {
      const std::string& key = reference.path.front();
      const bool known = std::ranges::any_of(
          variables_, [&](const VariableRequest& other) { return other.key == key; });
      if (!known) variables_.push_back({key, Presence::kOptional, where});
      continue;
    }
    for (Reference& name : injector::PossibleConnections(reference)) {
      const bool known = std::ranges::any_of(connections_, [&](const ConnectionRequest& other) {
        return other.reference.ToString() == name.ToString();
      });
      if (!known) connections_.push_back({std::move(name), Presence::kOptional, where});
    }
  }
}

Result<JobTemplates> JobTemplates::Load(const JobOptions& options,
                                        const StartEnvironment& environment) {
  JobTemplates templates;
  for (std::size_t i = 0; i < options.template_files.size(); ++i) {
    const TemplateFile& file = options.template_files[i];
    Result<Secret> content = injector::ReadFile(file.path, kLargestTemplate);
    if (!content.ok()) return std::move(content).error().WithContext(file.where);
    ASSIGN_OR_RETURN(Template text, Template::Parse(content->Reveal(), file.path));
    templates.Note(text);
    templates.files_.push_back({i, std::move(text)});
  }
  for (std::size_t i = 0; options.render_args && i < options.command.size(); ++i) {
    if (!injector::LooksLikeTemplate(options.command[i])) continue;
    ASSIGN_OR_RETURN(Template text,
                     Template::Parse(options.command[i], "argument " + std::to_string(i)));
    templates.Note(text);
    templates.arguments_.push_back({i, std::move(text)});
  }
  const std::vector<Secret>& entries = environment.entries();
  for (std::size_t i = 0; options.render_env && i < entries.size(); ++i) {
    const std::optional<EnvironmentEntry> entry = EnvironmentEntry::Parse(entries[i].Reveal());
    if (!entry || !injector::LooksLikeTemplate(entry->value)) continue;
    if (!MayReachJob(entry->name, options)) continue;
    ASSIGN_OR_RETURN(Template text,
                     Template::Parse(entry->value, "variable " + std::string(entry->name)));
    templates.Note(text);
    templates.entries_.push_back({i, std::move(text)});
  }
  return templates;
}

Result<JobTemplates::Rendered> JobTemplates::Render(const JobOptions& options,
                                                    const StartEnvironment& environment,
                                                    const injector::FetchedItems& fetched) const {
  Rendered rendered;
  Renderer renderer(fetched);
  for (const Placed& file : files_) {
    ASSIGN_OR_RETURN(Secret content, renderer.Render(file.text));
    const TemplateFile& option = options.template_files[file.place];
    rendered.files.push_back({option.variable, FileNameOf(option), std::move(content)});
  }
  rendered.arguments = options.command;
  for (const Placed& argument : arguments_) {
    ASSIGN_OR_RETURN(const Secret text, renderer.Render(argument.text));
    rendered.arguments[argument.place] = text.Reveal();
  }
  for (const Secret& entry : environment.entries()) rendered.environment.push_back(entry.Clone());
  for (const Placed& entry : entries_) {
    ASSIGN_OR_RETURN(const Secret text, renderer.Render(entry.text));
    Secret& bytes = rendered.environment[entry.place];
    const std::string name(EnvironmentEntry::Parse(bytes.Reveal())->name);
    bytes = Secret::Concat({name, "=", text.Reveal()});
  }
  rendered.scrub_values = std::move(renderer).TakeScrubValues();
  return rendered;
}

Result<JobOptions> WithTemplates(JobOptions options, const StartEnvironment& environment) {
  ASSIGN_OR_RETURN(JobTemplates templates, JobTemplates::Load(options, environment));
  options.templates = std::make_shared<const JobTemplates>(std::move(templates));
  return options;
}

}  // namespace runner_shim
