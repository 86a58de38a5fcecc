#include "injector/cli/connections/connection_advice.h"

#include <algorithm>

#include "injector/cli/connections/expiry.h"
#include "injector/inject/inject.h"
#include "injector/inject/type_outline.h"
#include "injector/model/catalogue.h"
#include "injector/model/redaction.h"
#include "injector/model/validation.h"

namespace injector {
namespace {

bool IsGeneric(std::string_view type) { return TypeInfoFor(type).name == "generic"; }

bool IsKnownField(std::string_view type, std::string_view field_name) {
  return field_name == "extra" || FindFieldInfo(type, field_name) != nullptr;
}

Error Misspelt(const std::string& what, std::string_view nearest, const std::string& option) {
  return Error(ErrorCode::kInvalidArgument, what)
      .WithHint("did you mean " + std::string(nearest) + "? (" + option + " keeps it as it is)");
}

bool IsThere(const Connection& connection, const std::string& field_name) {
  const Result<const Value*> found = FindField(connection, field_name);
  return found.ok() && *found != nullptr;
}

bool IsAmong(const std::vector<Finding>& findings, const Finding& wanted) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.field == wanted.field && finding.message == wanted.message;
  });
}

void AddFindings(const Connection& connection, std::vector<std::string>& advice) {
  for (const Finding& finding : ValidateConnection(connection)) {
    if (finding.severity == Finding::Severity::kError && !finding.field.empty()) {
      advice.push_back(finding.field + ": " + finding.message);
    }
  }
}

void AddUnknownFields(const Connection& connection, std::vector<std::string>& advice) {
  const std::string& type = connection.name.type;
  if (OutlineOfType(type).acts_as_generic) return;  // each field reaches the job
  for (const Field& field : connection.fields) {
    if (IsKnownField(type, field.name)) continue;
    advice.push_back(field.name + ": not a field of type " + type +
                     ", so no variable is made of it; a job gets it by `runner-shim --fields`, by "
                     "the `env` of a job file, or in a template");
  }
}

// The job's own way to its variables, tried before a job does.
void AddRefusals(const Connection& connection, std::vector<std::string>& advice) {
  const Result<Injection> injection =
      BuildInjection({.connections = {{.connection = &connection}}});
  if (injection.ok()) return;
  std::string reason = injection.error().message();
  const std::string name = connection.name.Full() + ": ";
  if (reason.starts_with(name)) reason.erase(0, name.size());
  advice.push_back("a job that asks for it will not start: " + reason +
                   (injection.error().hint().empty() ? "" : " (" + injection.error().hint() + ")"));
}

std::string Listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 12;
  if (names.empty()) return "none";
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > kMost ? text + ", …" : text;
}

}  // namespace

Status RefuseMisspeltType(std::string_view type) {
  if (!IsGeneric(type) || type == "generic") return {};
  const std::string_view nearest = NearestType(type);
  if (nearest.empty()) return {};
  return Misspelt("type " + std::string(type) + ": not a known type", nearest, "--any-type");
}

Status RefuseMisspeltField(std::string_view type, std::string_view field_name) {
  if (IsKnownField(type, field_name)) return {};
  const std::string_view nearest = NearestField(type, field_name);
  if (nearest.empty()) return {};
  return Misspelt(std::string(field_name) + ": not a field of type " + std::string(type), nearest,
                  "--any-field");
}

Status RefuseBadValues(const Connection* former, const Connection& connection) {
  const std::vector<Finding> known =
      former == nullptr ? std::vector<Finding>() : ValidateConnection(*former);
  for (const Finding& finding : ValidateConnection(connection)) {
    const bool is_new = finding.severity == Finding::Severity::kError && !IsAmong(known, finding);
    if (!is_new || !IsThere(connection, finding.field)) continue;
    return Error(ErrorCode::kInvalidArgument, finding.field + ": " + finding.message)
        .WithHint("`injector types " + connection.name.type + "` describes the fields");
  }
  return {};
}

std::vector<std::string> AdviceOn(const Connection& connection,
                                  std::chrono::system_clock::time_point now) {
  std::vector<std::string> advice;
  AddFindings(connection, advice);
  if (advice.empty()) AddRefusals(connection, advice);  // else they would say the same again
  AddUnknownFields(connection, advice);
  if (IsExpired(connection.expires_at, now)) {
    advice.push_back("expired at " + connection.expires_at +
                     "; --expires gives it a new end, --expires '' none");
  }
  return advice;
}

std::vector<std::string> AdviceOnNew(const Connection& connection,
                                     std::chrono::system_clock::time_point now) {
  const std::string& type = connection.name.type;
  std::vector<std::string> advice = AdviceOn(connection, now);
  if (type == "generic" || !OutlineOfType(type).acts_as_generic) return advice;
  advice.push_back("type " + type + (IsGeneric(type) ? " is not known and" : "") +
                   " acts as generic: a job gets each field as a variable of its name in upper "
                   "case, and no variables that tools read by themselves");
  return advice;
}

std::string DescribeSecrecy(const Connection& connection) {
  const VisibleFields visible = HideSecrets(connection);
  Connection shown;
  shown.name = connection.name;
  for (const Field& field : visible.fields) {
    shown.fields.push_back({field.name, field.value.Clone()});
  }
  std::vector<std::string> paths;
  for (const FlatField& leaf : Flatten(shown)) {
    // A map or list that is empty here held nothing but secrets, or nothing.
    const bool is_empty =
        leaf.value->kind() == Value::Kind::kMap || leaf.value->kind() == Value::Kind::kList;
    if (!is_empty) paths.push_back(leaf.path);
  }
  return "secret: " + Listed(visible.hidden_paths) + "; shown: " + Listed(paths);
}

bool SecrecyHangsOnNames(const Connection& connection) {
  return std::any_of(connection.fields.begin(), connection.fields.end(), [&](const Field& field) {
    return FindFieldInfo(connection.name.type, field.name) == nullptr;
  });
}

}  // namespace injector
