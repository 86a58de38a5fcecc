#include "injector/inject/job_file/job_file.h"

#include <utility>

#include "injector/base/variable_name.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/reader.h"

namespace injector {
namespace {

class JobFileReader {
 public:
  explicit JobFileReader(const std::string& name) : reader_(name) {}

  Result<JobFile> Run(const YamlNode& root) && {
    constexpr std::string_view kKnown[] = {"version", "connections", "variables", "files",
                                           "on_conflict"};
    RETURN_IF_ERROR(reader_.ExpectMap(root, "job file"));
    RETURN_IF_ERROR(reader_.OnlyKeys(root, kKnown));
    RETURN_IF_ERROR(reader_.ExpectVersionOne(root));
    RETURN_IF_ERROR(ForEach(root, "connections", &JobFileReader::AddConnection));
    RETURN_IF_ERROR(ForEach(root, "variables", &JobFileReader::AddVariable));
    RETURN_IF_ERROR(ForEach(root, "files", &JobFileReader::AddTemplate));
    if (const YamlNode* node = root.Find("on_conflict")) {
      ASSIGN_OR_RETURN(job_.on_conflict, ReadOnConflict(*node));
    }
    return std::move(job_);
  }

 private:
  Status ForEach(const YamlNode& root, std::string_view key,
                 Status (JobFileReader::*add)(const YamlNode&)) {
    const YamlNode* list = root.Find(key);
    if (list == nullptr || list->kind == YamlNode::Kind::kNull) return {};
    RETURN_IF_ERROR(reader_.ExpectList(*list, key));
    for (const YamlNode& item : list->items) RETURN_IF_ERROR((this->*add)(item));
    return {};
  }

  Status AddConnection(const YamlNode& node) {
    constexpr std::string_view kKnown[] = {"ref",     "optional", "prefix", "env",
                                           "default", "override", "policy"};
    JobFileConnection connection;
    connection.position = node.position;
    if (node.kind != YamlNode::Kind::kMap) {
      ASSIGN_OR_RETURN(connection.reference, ReadReference(node));
      job_.connections.push_back(std::move(connection));
      return {};
    }
    RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
    ASSIGN_OR_RETURN(const YamlNode* reference, reader_.Required(node, "ref"));
    ASSIGN_OR_RETURN(connection.reference, ReadReference(*reference));
    for (const YamlNode::Member& member : node.members) {
      RETURN_IF_ERROR(ReadConnectionMember(member, connection));
    }
    job_.connections.push_back(std::move(connection));
    return {};
  }

  Status ReadConnectionMember(const YamlNode::Member& member, JobFileConnection& connection) {
    const auto& [key, position, value] = member;
    if (key == "optional") {
      ASSIGN_OR_RETURN(connection.optional, reader_.Bool(value, key));
    } else if (key == "prefix") {
      ASSIGN_OR_RETURN(connection.prefix, ReadVariableName(value, key));
    } else if (key == "policy") {
      ASSIGN_OR_RETURN(connection.policy, reader_.Text(value, key));
    } else if (key == "default") {
      ASSIGN_OR_RETURN(connection.default_fields, ReadFields(value, key));
    } else if (key == "override") {
      ASSIGN_OR_RETURN(connection.override_fields, ReadFields(value, key));
    } else if (key == "env") {
      ASSIGN_OR_RETURN(connection.field_variables, ReadFieldVariables(value));
    }
    return {};
  }

  Result<Reference> ReadReference(const YamlNode& node) {
    ASSIGN_OR_RETURN(const std::string text, reader_.Text(node, "ref"));
    Result<Reference> reference = Reference::Parse(text);
    if (reference.ok()) return reference;
    return reader_.ErrorAt(node.position, reference.error().message())
        .WithHint(reference.error().hint());
  }

  Result<std::string> ReadVariableName(const YamlNode& node, std::string_view what) {
    ASSIGN_OR_RETURN(std::string name, reader_.Text(node, what));
    if (IsVariableName(name)) return name;
    return reader_.Expected(node, what, "letters, digits and _, and no digit first");
  }

  Result<std::vector<Field>> ReadFields(const YamlNode& node, std::string_view what) {
    RETURN_IF_ERROR(reader_.ExpectMap(node, what));
    std::vector<Field> fields;
    for (const YamlNode::Member& member : node.members) {
      fields.push_back({member.key, ToValue(member.value)});
    }
    return fields;
  }

  Result<std::vector<FieldVariable>> ReadFieldVariables(const YamlNode& node) {
    RETURN_IF_ERROR(reader_.ExpectMap(node, "env"));
    std::vector<FieldVariable> variables;
    for (const YamlNode::Member& member : node.members) {
      if (!IsVariableName(member.key)) {
        return reader_.ErrorAt(member.position,
                               "env: a variable is letters, digits and _, and no digit first");
      }
      ASSIGN_OR_RETURN(std::string field, reader_.Text(member.value, member.key));
      variables.push_back({member.key, std::move(field)});
    }
    return variables;
  }

  Status AddVariable(const YamlNode& node) {
    constexpr std::string_view kKnown[] = {"key", "env"};
    JobFileVariable variable;
    variable.position = node.position;
    const YamlNode* key = &node;
    if (node.kind == YamlNode::Kind::kMap) {
      RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
      ASSIGN_OR_RETURN(key, reader_.Required(node, "key"));
      if (const YamlNode* name = node.Find("env")) {
        ASSIGN_OR_RETURN(variable.name, ReadVariableName(*name, "env"));
      }
    }
    ASSIGN_OR_RETURN(variable.key, reader_.Text(*key, "variables"));
    if (!IsValidVariableKey(variable.key)) {
      return reader_.Expected(*key, "variables", "letters, digits and _, and no digit first");
    }
    job_.variables.push_back(std::move(variable));
    return {};
  }

  Status AddTemplate(const YamlNode& node) {
    constexpr std::string_view kKnown[] = {"template", "env"};
    RETURN_IF_ERROR(reader_.ExpectMap(node, "files"));
    RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
    ASSIGN_OR_RETURN(const YamlNode* path, reader_.Required(node, "template"));
    ASSIGN_OR_RETURN(const YamlNode* variable, reader_.Required(node, "env"));
    JobFileTemplate file;
    file.position = node.position;
    ASSIGN_OR_RETURN(file.path, reader_.Text(*path, "template"));
    ASSIGN_OR_RETURN(file.variable, ReadVariableName(*variable, "env"));
    job_.templates.push_back(std::move(file));
    return {};
  }

  Result<std::optional<OnConflict>> ReadOnConflict(const YamlNode& node) {
    ASSIGN_OR_RETURN(const std::string word, reader_.Text(node, "on_conflict"));
    if (word == "error") return std::optional(OnConflict::kError);
    if (word == "keep") return std::optional(OnConflict::kKeep);
    if (word == "overwrite") return std::optional(OnConflict::kOverwrite);
    return reader_.Expected(node, "on_conflict", "error, keep or overwrite");
  }

  const YamlReader reader_;
  JobFile job_;
};

}  // namespace

Result<JobFile> ParseJobFile(std::string_view text, const std::string& name) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, name));
  return JobFileReader(name).Run(root);
}

std::string PathFromJobFile(const std::string& job_file, const std::string& path) {
  const std::size_t slash = job_file.rfind('/');
  if (path.starts_with('/') || slash == std::string::npos) return path;
  return job_file.substr(0, slash + 1) + path;
}

}  // namespace injector
