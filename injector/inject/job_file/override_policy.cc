#include "injector/inject/job_file/override_policy.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/reader.h"

namespace injector {
namespace {

using Rule = OverridePolicy::Rule;

constexpr std::string_view kKey = "x-connection-fields";

Result<Rule> ReadRule(const YamlReader& reader, const YamlNode& node) {
  ASSIGN_OR_RETURN(const std::string word, reader.Text(node, "override"));
  if (word == "allowed") return Rule::kAllowed;
  if (word == "warning") return Rule::kWarning;
  if (word == "forbidden") return Rule::kForbidden;
  return reader.Expected(node, "override", "allowed, forbidden or warning");
}

// Whether the field called `name` is `path` or something that `path` stands in.
bool Covers(std::string_view type, std::string_view name, std::string_view path) {
  const std::string_view canonical = CanonicalFieldName(type, name);
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    if (CanonicalFieldName(type, path.substr(0, dot)) == canonical) return true;
  }
  return CanonicalFieldName(type, path) == canonical;
}

Connection WithOnly(const Connection& connection, const Field& field) {
  Connection only;
  only.name = connection.name;
  only.secret_fields = connection.secret_fields;
  only.fields.push_back({field.name, field.value.Clone()});
  return only;
}

// The field itself and every leaf in it.
std::vector<std::string> PathsOf(const Connection& connection, const Field& field) {
  std::vector<std::string> paths = {field.name};
  for (FlatField& leaf : Flatten(WithOnly(connection, field))) {
    paths.push_back(std::move(leaf.path));
  }
  return paths;
}

}  // namespace

Result<OverridePolicy> OverridePolicy::Parse(std::string_view text, const std::string& name) {
  constexpr std::string_view kKnown[] = {"name", "field", "override"};
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, name));
  const YamlReader reader(name);
  RETURN_IF_ERROR(reader.ExpectMap(root, "policy file"));
  ASSIGN_OR_RETURN(const YamlNode* list, reader.Required(root, kKey));
  RETURN_IF_ERROR(reader.ExpectList(*list, kKey));
  OverridePolicy policy;
  for (const YamlNode& item : list->items) {
    if (item.kind != YamlNode::Kind::kMap) {
      ASSIGN_OR_RETURN(std::string field, reader.Text(item, kKey));
      policy.entries_.push_back({std::move(field), Rule::kAllowed});
      continue;
    }
    RETURN_IF_ERROR(reader.OnlyKeys(item, kKnown));
    const bool by_field = item.Find("field") != nullptr;
    if (by_field && item.Find("name") != nullptr) {
      return reader.ErrorAt(item.position, "name and field: one of them, not both");
    }
    ASSIGN_OR_RETURN(const YamlNode* named, reader.Required(item, by_field ? "field" : "name"));
    ASSIGN_OR_RETURN(std::string field, reader.Text(*named, "name"));
    ASSIGN_OR_RETURN(const YamlNode* word, reader.Required(item, "override"));
    ASSIGN_OR_RETURN(const Rule rule, ReadRule(reader, *word));
    policy.entries_.push_back({std::move(field), rule});
  }
  return policy;
}

Rule OverridePolicy::RuleFor(const Connection& connection, std::string_view path) const {
  std::optional<Rule> strictest;
  for (const Entry& entry : entries_) {
    if (!Covers(connection.name.type, entry.field, path)) continue;
    strictest = std::max(strictest.value_or(Rule::kAllowed), entry.rule);
  }
  if (strictest) return *strictest;
  return IsSecretField(connection, path) ? Rule::kForbidden : Rule::kAllowed;
}

Result<OverriddenConnection> OverrideFields(Connection connection, const std::vector<Field>& fields,
                                            const OverridePolicy& policy) {
  OverriddenConnection result;
  for (const Field& field : fields) {
    std::vector<std::string> paths = PathsOf(connection, field);
    for (const Field& old : connection.fields) {
      if (!Covers(connection.name.type, field.name, old.name)) continue;
      std::ranges::move(PathsOf(connection, old), std::back_inserter(paths));
    }
    Rule rule = Rule::kAllowed;
    for (const std::string& path : paths) rule = std::max(rule, policy.RuleFor(connection, path));
    const std::string what = connection.name.Full() + ": override of " + field.name;
    if (rule == Rule::kForbidden) {
      return Error(ErrorCode::kPermissionDenied, what + " is forbidden")
          .WithHint(
              "its policy must list it as allowed; secret fields are forbidden unless listed");
    }
    if (rule == Rule::kWarning) result.warnings.push_back(what);
  }
  ConnectionInput input;
  for (const Field& field : fields) input.fields.push_back({field.name, field.value.Clone()});
  result.connection = ApplyInput(std::move(connection), std::move(input));
  RETURN_IF_ERROR(CheckConnection(result.connection));
  return result;
}

Connection WithDefaultFields(Connection connection, const std::vector<Field>& fields) {
  ConnectionInput input;
  for (const Field& field : fields) {
    const Result<const Value*> found = FindField(connection, field.name);
    const bool has = !found.ok() || (*found != nullptr && !(*found)->ToText().empty());
    if (!has) input.fields.push_back({field.name, field.value.Clone()});
  }
  return ApplyInput(std::move(connection), std::move(input));
}

}  // namespace injector
