#include "injector/model/validation.h"

#include <algorithm>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/model/airflow_parts.h"
#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"
#include "injector/model/nearest_name.h"

namespace injector {
namespace {

bool IsNumber(const Value& value) {
  if (value.kind() == Value::Kind::kNumber) return true;
  const Result<Value> parsed = ParseJson(value.ToText().Reveal());
  return parsed.ok() && parsed->kind() == Value::Kind::kNumber;
}

bool IsBoolean(const Value& value) {
  const Secret text = value.ToText();
  return text.Reveal() == "true" || text.Reveal() == "false";
}

bool IsMap(const Value& value) {
  if (value.kind() == Value::Kind::kMap) return true;
  const Result<Value> parsed = ParseJson(value.ToText().Reveal());
  return parsed.ok() && parsed->kind() == Value::Kind::kMap;
}

// What is wrong with `value` as a value of `kind`; empty when nothing is. Certificates and keys may
// be given as text or as a path.
std::string_view KindProblem(FieldKind kind, const Value& value) {
  const bool is_text = value.kind() == Value::Kind::kString;
  switch (kind) {
    case FieldKind::kNumber:
      return IsNumber(value) ? "" : "expected a number";
    case FieldKind::kBoolean:
      return IsBoolean(value) ? "" : "expected true or false";
    case FieldKind::kMap:
      return IsMap(value) ? "" : "expected a map, or text that holds a JSON object";
    case FieldKind::kUrl:
    case FieldKind::kPath:
    case FieldKind::kPem:
      return is_text ? "" : "expected text";
    case FieldKind::kText:
      return value.kind() == Value::Kind::kMap || value.kind() == Value::Kind::kList
                 ? "expected text"
                 : "";
  }
  return "";
}

bool IsOneOf(const Value& value, std::span<const std::string_view> choices) {
  const Secret text = value.ToText();
  return choices.empty() ||
         std::find(choices.begin(), choices.end(), text.Reveal()) != choices.end();
}

std::string Joined(std::span<const std::string_view> words) {
  std::string joined;
  for (const std::string_view word : words) {
    joined += (joined.empty() ? "" : ", ") + std::string(word);
  }
  return joined;
}

class Validator {
 public:
  explicit Validator(const Connection& connection)
      : connection_(connection), type_(TypeInfoFor(connection.name.type)) {}

  std::vector<Finding> Run() && {
    if (const Status status = CheckConnection(connection_); !status.ok()) {
      ReportError("", status.error());
    }
    if (type_.name == "generic") {
      CheckTypeIsKnown();
    } else {
      for (const FieldInfo& info : type_.fields) CheckKnownField(info);
      for (const FieldPair& pair : type_.pairs) CheckPair(pair);
      for (const Field& field : connection_.fields) CheckNameIsKnown(field.name);
    }
    CheckListedNames("secretFields", connection_.secret_fields);
    CheckListedNames("noScrub", connection_.no_scrub);
    return std::move(findings_);
  }

 private:
  void Report(Finding::Severity severity, std::string_view field, std::string message) {
    findings_.push_back({severity, std::string(field), std::move(message)});
  }

  // An error about the connection itself begins with its name, which whoever prints findings says.
  void ReportError(std::string_view field, const Error& error) {
    const std::string name = connection_.name.Full() + ": ";
    const bool named = error.message().starts_with(name);
    Report(Finding::Severity::kError, field, error.message().substr(named ? name.size() : 0));
  }

  void CheckTypeIsKnown() {
    if (connection_.name.type == type_.name) return;
    const std::string_view nearest = NearestType(connection_.name.type);
    Report(Finding::Severity::kWarning, "",
           "type " + connection_.name.type + " is not known and acts as generic" +
               Suggestion(nearest));
  }

  void CheckKnownField(const FieldInfo& info) {
    const Result<const Value*> found = FindField(connection_, info.name);
    if (!found.ok()) {
      ReportError(info.name, found.error());
    } else if (*found == nullptr || (*found)->ToText().empty()) {
      if (info.required) Report(Finding::Severity::kError, info.name, "required and missing");
    } else {
      CheckKind(info, **found);
    }
  }

  void CheckKind(const FieldInfo& info, const Value& value) {
    std::string problem(KindProblem(info.kind, value));
    if (problem.empty() && !IsOneOf(value, info.choices)) {
      problem = "expected one of " + Joined(info.choices);
    }
    if (problem.empty() && info.name == "port") {
      const Result<std::uint16_t> port = ParsePort(value.ToText().Reveal());
      if (!port.ok()) problem = port.error().message();
    }
    if (!problem.empty()) Report(Finding::Severity::kError, info.name, std::move(problem));
  }

  bool Has(std::string_view field_name) const {
    const Result<const Value*> found = FindField(connection_, field_name);
    return !found.ok() || (*found != nullptr && !(*found)->ToText().empty());
  }

  // Required ones are reported as such.
  void CheckPair(const FieldPair& pair) {
    const bool required = FindFieldInfo(type_.name, pair.first)->required;
    const bool has_first = Has(pair.first);
    if (required || has_first == Has(pair.second)) return;
    const auto [present, missing] =
        has_first ? std::pair(pair.first, pair.second) : std::pair(pair.second, pair.first);
    Report(Finding::Severity::kError, missing, "missing beside " + std::string(present));
  }

  void CheckNameIsKnown(const std::string& name) {
    if (name == "extra" || FindFieldInfo(type_.name, name) != nullptr) return;
    Report(Finding::Severity::kWarning, name,
           "not a field of type " + std::string(type_.name) +
               Suggestion(NearestField(type_.name, name)));
  }

  void CheckListedNames(std::string_view list, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (Has(name)) continue;
      Report(Finding::Severity::kWarning, name,
             "named in " + std::string(list) + " and there is no such field");
    }
  }

  static std::string Suggestion(std::string_view nearest) {
    return nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?";
  }

  const Connection& connection_;
  const TypeInfo& type_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view NearestType(std::string_view type) {
  std::vector<std::string_view> names;
  for (const TypeInfo& known : KnownTypes()) {
    names.push_back(known.name);
    names.insert(names.end(), known.synonyms.begin(), known.synonyms.end());
  }
  return NearestName(type, names);
}

std::string_view NearestField(std::string_view type, std::string_view field_name) {
  std::vector<std::string_view> names;
  for (const FieldInfo& field : TypeInfoFor(type).fields) {
    names.push_back(field.name);
    names.insert(names.end(), field.synonyms.begin(), field.synonyms.end());
  }
  return NearestName(field_name, names);
}

std::vector<Finding> ValidateConnection(const Connection& connection) {
  return Validator(connection).Run();
}

}  // namespace injector
