#include "injector/cli/files/check_file.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "injector/base/ascii.h"
#include "injector/base/file.h"
#include "injector/inject/job_file/job_file.h"
#include "injector/inject/job_file/override_policy.h"
#include "injector/inject/steering_names.h"
#include "injector/service/oidc/issuers_file.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/templates/template.h"
#include "injector/webhook/config.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

using Problems = std::vector<FileProblem>;

std::optional<std::size_t> TakeNumber(std::string_view& text) {
  std::size_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

FileProblem ProblemAt(const std::string& file, TextPosition position, std::string message) {
  return {file, position, FileFinding::Severity::kError, std::move(message)};
}

// A parser's error, "FILE:LINE:COLUMN: MESSAGE", taken apart again; at the file's start when it
// names no place.
FileProblem ProblemOf(const std::string& file, const Error& error) {
  FileProblem whole = ProblemAt(file, {}, error.message());
  std::string_view rest = error.message();
  if (!rest.starts_with(file + ":")) return whole;
  rest.remove_prefix(file.size() + 1);
  const auto line = TakeNumber(rest);
  if (!line || !rest.starts_with(':')) return whole;
  rest.remove_prefix(1);
  const auto column = TakeNumber(rest);
  if (!column || !rest.starts_with(": ")) return whole;
  return ProblemAt(file, {*line, *column}, std::string(rest.substr(2)));
}

std::vector<FileFinding> FindingsIn(const ConnectionsFile& file) {
  std::vector<FileFinding> findings = file.Check();
  const auto add = [&](const std::vector<FileFinding>& more) {
    findings.insert(findings.end(), more.begin(), more.end());
  };
  add(file.warnings());
  for (const FileConnection& connection : file.connections()) {
    add(connection.warnings);
    add(connection.literal_secrets);
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const FileFinding& a, const FileFinding& b) {
                     return std::tie(a.position.line, a.position.column) <
                            std::tie(b.position.line, b.position.column);
                   });
  return findings;
}

Problems CheckConnections(std::string_view text, const std::string& path) {
  const Result<ConnectionsFile> file = ConnectionsFile::Parse(text, path);
  if (!file.ok()) return {ProblemOf(path, file.error())};
  Problems problems;
  for (FileFinding& finding : FindingsIn(*file)) {
    problems.push_back({path, finding.position, finding.severity, std::move(finding.message)});
  }
  return problems;
}

Problems CheckPolicy(std::string_view text, const std::string& path) {
  const Result<OverridePolicy> policy = OverridePolicy::Parse(text, path);
  if (!policy.ok()) return {ProblemOf(path, policy.error())};
  return {};
}

Problems CheckTemplate(std::string_view text, const std::string& path) {
  const Result<Template> parsed = Template::Parse(text, path);
  if (!parsed.ok()) return {ProblemOf(path, parsed.error())};
  return {};
}

Problems CheckWebhook(std::string_view text, const std::string& path) {
  const Result<webhook::Config> config = webhook::ParseConfig(text, path);
  if (!config.ok()) return {ProblemOf(path, config.error())};
  return {};
}

Problems CheckIssuers(std::string_view text, const std::string& path) {
  const Result<std::vector<oidc::Issuer>> issuers = oidc::ParseIssuers(text, path);
  if (!issuers.ok()) return {ProblemOf(path, issuers.error())};
  Problems problems;
  for (const oidc::Issuer& issuer : *issuers) {
    for (const oidc::Warning& warning : issuer.warnings) {
      problems.push_back(
          {path, warning.position, FileFinding::Severity::kWarning, warning.message});
    }
  }
  return problems;
}

class JobChecker {
 public:
  explicit JobChecker(const std::string& path) : path_(path) {}

  Problems Run(std::string_view text) && {
    const Result<JobFile> job = ParseJobFile(text, path_);
    if (!job.ok()) return {ProblemOf(path_, job.error())};
    for (const JobFileConnection& connection : job->connections) {
      for (const FieldVariable& named : connection.field_variables) {
        CheckName(connection.position, named.variable);
      }
      CheckOverride(connection);
    }
    for (const JobFileVariable& variable : job->variables) {
      CheckName(variable.position,
                variable.name.empty() ? ToAsciiUpper(variable.key) : variable.name);
    }
    for (const JobFileTemplate& file : job->templates) {
      CheckName(file.position, file.variable);
      CheckTemplateFile(file);
    }
    return std::move(problems_);
  }

 private:
  // As the job itself would refuse it.
  void CheckName(TextPosition position, const std::string& variable) {
    const std::string_view steering = WhySteering(variable);
    if (steering.empty()) return;
    Add(position, "would set " + variable + ", which is refused: " + std::string(steering));
  }

  void CheckOverride(const JobFileConnection& connection) {
    OverridePolicy policy;
    if (!connection.policy.empty()) {
      const std::string path = PathFromJobFile(path_, connection.policy);
      const Result<Secret> text = ReadRegularFile(path, kYamlSizeLimit);
      if (!text.ok()) return Add(connection.position, "policy: " + text.error().message());
      Result<OverridePolicy> parsed = OverridePolicy::Parse(text->Reveal(), path);
      if (!parsed.ok()) return problems_.push_back(ProblemOf(path, parsed.error()));
      policy = *std::move(parsed);
    }
    // As far as it can be told without the connection: what its type and the names say.
    Connection named;
    named.name = {connection.reference.type, connection.reference.alias};
    const std::string full = named.name.Full();
    const auto overridden = OverrideFields(std::move(named), connection.override_fields, policy);
    if (overridden.ok() || overridden.error().code() != ErrorCode::kPermissionDenied) return;
    const std::string complaint = overridden.error().message().substr(full.size());
    Add(connection.position,
        connection.reference.ToString() + complaint + "; " + overridden.error().hint());
  }

  void CheckTemplateFile(const JobFileTemplate& file) {
    const std::string path = PathFromJobFile(path_, file.path);
    const Result<Secret> text = ReadRegularFile(path, kYamlSizeLimit);
    if (!text.ok()) return Add(file.position, "template: " + text.error().message());
    std::ranges::move(CheckTemplate(text->Reveal(), path), std::back_inserter(problems_));
  }

  void Add(TextPosition position, std::string message) {
    problems_.push_back(ProblemAt(path_, position, std::move(message)));
  }

  const std::string& path_;
  Problems problems_;
};

Problems CheckAs(FileKind kind, std::string_view text, const std::string& path) {
  switch (kind) {
    case FileKind::kConnections:
      return CheckConnections(text, path);
    case FileKind::kJob:
      return JobChecker(path).Run(text);
    case FileKind::kPolicy:
      return CheckPolicy(text, path);
    case FileKind::kWebhook:
      return CheckWebhook(text, path);
    case FileKind::kIssuers:
      return CheckIssuers(text, path);
    case FileKind::kTemplate:
      break;
  }
  return CheckTemplate(text, path);
}

}  // namespace

std::string FileProblem::Place() const {
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

Result<CheckedFile> CheckFile(const std::string& path, std::optional<FileKind> kind) {
  ASSIGN_OR_RETURN(const Secret text, ReadRegularFile(path, kYamlSizeLimit));
  if (!kind) kind = FileKindByName(path);
  if (!kind) {
    const Result<YamlNode> root = ParseYaml(text.Reveal(), path);
    if (!root.ok()) return CheckedFile{path, kind, {ProblemOf(path, root.error())}};
    kind = FileKindByKeys(*root);
  }
  if (kind) return CheckedFile{path, kind, CheckAs(*kind, text.Reveal(), path)};
  return CheckedFile{
      path, kind, {ProblemAt(path, {}, "nothing tells what this file is; --kind says it")}};
}

}  // namespace injector
