#include "injector/cli/connections/connection_check.h"

#include <algorithm>

#include "injector/cli/connections/expiry.h"
#include "injector/doctor/injected.h"
#include "injector/model/catalogue.h"
#include "injector/model/validation.h"

namespace injector {
namespace {

// The category of what is wrong with fields.
const char* CategoryFor(std::string_view message) {
  return message.find("missing") != message.npos ? "missing" : "unknown";
}

void Say(Diagnosis& diagnosis, const std::string& text) {
  diagnosis.message += (diagnosis.message.empty() ? "" : "; ") + text;
}

// The first category stays: what is missing explains much of the rest.
void Fail(Diagnosis& diagnosis, const std::string& category) {
  if (diagnosis.ok) diagnosis.category = category;
  diagnosis.ok = false;
}

// In whatever spelling.
bool IsOneOf(std::span<const std::string> fields, std::string_view field, std::string_view type) {
  return std::ranges::any_of(fields, [&](const std::string& one) {
    return CanonicalFieldName(type, one) == CanonicalFieldName(type, field);
  });
}

// The job's own way to its variables, tried before a job does.
void AddRefusal(const Connection& connection, Diagnosis& diagnosis) {
  const Result<Injection> injection = doctor::InjectionOf(connection);
  if (injection.ok()) return;
  const std::string& message = injection.error().message();
  const std::string& hint = injection.error().hint();
  Say(diagnosis, "a job that asks for it will not start: " + message +
                     (hint.empty() ? "" : " (" + hint + ")"));
  Fail(diagnosis, CategoryFor(message));
}

}  // namespace

Diagnosis Diagnose(const Connection& connection, std::chrono::system_clock::time_point now,
                   std::span<const std::string> unseen) {
  Diagnosis diagnosis{.name = connection.name};
  for (const Finding& finding : ValidateConnection(connection)) {
    if (IsOneOf(unseen, finding.field, connection.name.type)) continue;
    Say(diagnosis,
        finding.field.empty() ? finding.message : finding.field + ": " + finding.message);
    if (finding.severity == Finding::Severity::kWarning) continue;
    Fail(diagnosis, CategoryFor(finding.message));
  }
  // What is hidden would be missing.
  if (diagnosis.ok && unseen.empty()) AddRefusal(connection, diagnosis);
  if (IsExpired(connection.expires_at, now)) {
    Say(diagnosis, "expired at " + connection.expires_at);
    Fail(diagnosis, "auth");
  }
  return diagnosis;
}

Diagnosis WithOutcome(Diagnosis diagnosis, const doctor::TimedResult& outcome) {
  diagnosis.latency = outcome.latency;
  if (!outcome.result.message.empty()) Say(diagnosis, outcome.result.message);
  if (outcome.result.category != doctor::Category::kOk) {
    Fail(diagnosis, std::string(doctor::CategoryName(outcome.result.category)));
  }
  return diagnosis;
}

Value DiagnosisAsJson(const Diagnosis& diagnosis) {
  std::vector<Value::Member> members;
  members.push_back({"type", Value::String(diagnosis.name.type)});
  members.push_back({"alias", Value::String(diagnosis.name.alias)});
  members.push_back({"ok", Value::Bool(diagnosis.ok)});
  members.push_back({"latency_ms", Value::Number(std::int64_t{diagnosis.latency.count()})});
  members.push_back({"category", Value::String(diagnosis.category)});
  members.push_back({"message", Value::String(diagnosis.message)});
  return Value::Map(std::move(members));
}

}  // namespace injector
