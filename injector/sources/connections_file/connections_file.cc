#include "injector/sources/connections_file/connections_file.h"

#include <algorithm>
#include <map>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/model/validation.h"
#include "injector/sources/connections_file/connection_reader.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/reader.h"

namespace injector {
namespace {

using Severity = FileFinding::Severity;

constexpr std::string_view kTopLevel[] = {"version", "connections"};

// Unknown keys are left to later versions, but for `x-…`, which are nobody's: a place for anchors.
std::vector<FileFinding> UnknownKeys(const YamlNode& root) {
  std::vector<FileFinding> findings;
  for (const YamlNode::Member& member : root.members) {
    const bool known =
        std::find(std::begin(kTopLevel), std::end(kTopLevel), member.key) != std::end(kTopLevel);
    if (known || member.key.starts_with("x-")) continue;
    findings.push_back({Severity::kWarning, member.position, UnknownKey(member.key, kTopLevel)});
  }
  return findings;
}

Result<std::vector<FileConnection>> ReadType(const YamlReader& reader,
                                             const YamlNode::Member& type) {
  if (!IsValidType(type.key)) {
    return reader.ErrorAt(type.position, "a type is 1 to 64 letters, digits, _ or -");
  }
  if (type.value.kind != YamlNode::Kind::kNull) {
    RETURN_IF_ERROR(reader.ExpectMap(type.value, type.key));
  }
  std::vector<FileConnection> connections;
  std::string default_alias;
  for (const YamlNode::Member& alias : type.value.members) {
    if (!IsValidAlias(alias.key)) {
      return reader.ErrorAt(alias.position,
                            "an alias of " + type.key +
                                " is 1 to 128 letters, digits, _ - or ., a letter or digit first "
                                "and no dot last");
    }
    ASSIGN_OR_RETURN(FileConnection connection,
                     ReadFileConnection(reader, {type.key, alias.key}, alias));
    if (connection.unresolved.is_default && !default_alias.empty()) {
      return reader.ErrorAt(alias.position, "two defaults of type " + type.key + ": " +
                                                default_alias + " and " + alias.key);
    }
    if (connection.unresolved.is_default) default_alias = alias.key;
    connections.push_back(std::move(connection));
  }
  return connections;
}

bool HoldsReference(const YamlNode& node) {
  bool found = false;
  const Status visited = ForEachScalar(node, "", [&](const YamlNode& scalar, const std::string&) {
    const std::string_view text = scalar.text.Reveal();
    found = found || text.find("${") != std::string_view::npos || LooksLikeTemplate(text);
    return Status();
  });
  return visited.ok() && found;
}

// Where the field that a finding is about stands; nullptr when it is not there.
const FileField* FieldFor(const FileConnection& connection, const std::string& name) {
  const Connection& unresolved = connection.unresolved;
  const std::string& type = unresolved.name.type;
  for (std::size_t i = 0; i < unresolved.fields.size(); ++i) {
    if (CanonicalFieldName(type, unresolved.fields[i].name) == CanonicalFieldName(type, name)) {
      return &connection.fields[i];
    }
  }
  return nullptr;
}

}  // namespace

Result<ConnectionsFile> ConnectionsFile::Parse(std::string_view text, std::string name) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, name));
  const YamlReader reader(name);
  ConnectionsFile file(std::move(name));
  RETURN_IF_ERROR(reader.ExpectMap(root, "connections file"));
  if (root.Find("version") == nullptr) {
    file.warnings_.push_back(
        {Severity::kWarning, root.position, "version: missing; taken to be version: 1"});
  } else {
    RETURN_IF_ERROR(reader.ExpectVersionOne(root));
  }
  const std::vector<FileFinding> unknown = UnknownKeys(root);
  if (root.Find("connections") == nullptr && !unknown.empty()) {
    return reader.ErrorAt(unknown.front().position,
                          "connections: missing; " + unknown.front().message);
  }
  std::ranges::copy(unknown, std::back_inserter(file.warnings_));
  ASSIGN_OR_RETURN(const YamlNode* types, reader.Required(root, "connections"));
  if (types->kind == YamlNode::Kind::kNull) return file;
  RETURN_IF_ERROR(reader.ExpectMap(*types, "connections"));
  for (const YamlNode::Member& type : types->members) {
    ASSIGN_OR_RETURN(std::vector<FileConnection> connections, ReadType(reader, type));
    std::ranges::move(connections, std::back_inserter(file.connections_));
  }
  return file;
}

std::vector<ConnectionEntry> ConnectionsFile::entries() const {
  std::vector<ConnectionEntry> entries;
  for (const FileConnection& connection : connections_) {
    entries.push_back({connection.unresolved.name, connection.unresolved.is_default});
  }
  return entries;
}

std::vector<FileFinding> ConnectionsFile::Check() const {
  std::vector<FileFinding> findings;
  for (const FileConnection& connection : connections_) {
    for (const Finding& finding : ValidateConnection(connection.unresolved)) {
      const FileField* field = FieldFor(connection, finding.field);
      const bool unknown_yet = field != nullptr && HoldsReference(field->value);
      if (finding.severity != Finding::Severity::kError || unknown_yet) continue;
      findings.push_back({Severity::kError,
                          field != nullptr ? field->position : connection.position,
                          connection.unresolved.name.Full() + ": " + finding.field +
                              (finding.field.empty() ? "" : ": ") + finding.message});
    }
  }
  return findings;
}

}  // namespace injector
