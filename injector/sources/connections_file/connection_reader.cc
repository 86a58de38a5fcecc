#include "injector/sources/connections_file/connection_reader.h"

#include <algorithm>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/expiry_time.h"
#include "injector/model/nearest_name.h"
#include "injector/model/redaction.h"
#include "injector/model/validation.h"
#include "injector/sources/connections_file/field_text.h"

namespace injector {
namespace {

using Severity = FileFinding::Severity;

constexpr std::string_view kDefault = "default";
constexpr std::string_view kMetadata = "x-injector";

class ConnectionReader {
 public:
  ConnectionReader(const YamlReader& reader, ConnectionName name) : reader_(reader) {
    result_.unresolved.name = std::move(name);
  }

  Result<FileConnection> Run(const YamlNode::Member& alias) && {
    result_.position = alias.position;
    const YamlNode& node = alias.value;
    // "alias:" with nothing below it is a connection without fields.
    if (node.kind != YamlNode::Kind::kNull) RETURN_IF_ERROR(reader_.ExpectMap(node, Label()));
    for (const YamlNode::Member& member : node.members) RETURN_IF_ERROR(ReadMember(member));
    if (Status checked = CheckConnection(result_.unresolved); !checked.ok()) {
      return reader_.ErrorAt(alias.position, Label() + ": " + checked.error().message());
    }
    for (std::size_t i = 0; i < result_.fields.size(); ++i) {
      RETURN_IF_ERROR(ForEachScalar(result_.fields[i].value, connection().fields[i].name,
                                    [this](const YamlNode& scalar, const std::string& path) {
                                      return ReadScalar(scalar, path);
                                    }));
    }
    AddModelWarnings();
    return std::move(result_);
  }

 private:
  Connection& connection() { return result_.unresolved; }
  std::string Label() const { return result_.unresolved.name.Full(); }

  Status ReadMember(const YamlNode::Member& member) {
    if (member.key == kDefault) {
      ASSIGN_OR_RETURN(connection().is_default,
                       reader_.Bool(member.value, Label() + ": " + member.key));
      return {};
    }
    if (member.key == kMetadata) return ReadMetadata(member.value);
    connection().fields.push_back({member.key, ToValue(member.value)});
    result_.fields.push_back({member.position, member.value.Clone()});
    return {};
  }

  Status ReadMetadata(const YamlNode& node) {
    constexpr std::string_view kKnown[] = {"secret", "noScrub", "description", "expiresAt",
                                           "rotateEvery"};
    RETURN_IF_ERROR(reader_.ExpectMap(node, kMetadata));
    RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
    for (const auto& [key, position, value] : node.members) {
      if (key == "secret") {
        ASSIGN_OR_RETURN(connection().secret_fields, reader_.TextList(value, key));
      } else if (key == "noScrub") {
        ASSIGN_OR_RETURN(connection().no_scrub, reader_.TextList(value, key));
      } else if (key == "description") {
        ASSIGN_OR_RETURN(connection().description, reader_.Text(value, key));
      } else if (key == "rotateEvery") {
        ASSIGN_OR_RETURN(connection().rotate_every, reader_.Text(value, key));
      } else {
        ASSIGN_OR_RETURN(const std::string text, reader_.Text(value, key));
        connection().expires_at = ExpiryTime(text);
      }
    }
    return {};
  }

  Status ReadScalar(const YamlNode& scalar, const std::string& path) {
    Result<std::vector<FieldPiece>> pieces = ParseFieldText(scalar.text.Reveal());
    if (!pieces.ok()) {
      return reader_.ErrorAt(scalar.position,
                             Label() + ": " + path + ": " + pieces.error().message());
    }
    const bool secret = IsSecretField(connection(), path);
    bool from_elsewhere = false;
    bool literal_default = false;
    for (const FieldPiece& piece : *pieces) {
      from_elsewhere = from_elsewhere || piece.variable || !piece.environment.empty();
      literal_default = literal_default || (piece.has_default && !piece.text.empty());
      if (piece.environment.empty()) continue;
      result_.references.push_back(
          {path, piece.environment, piece.has_default, secret, scalar.position});
    }
    const Value value = ToValue(scalar);
    const bool can_be_secret = value.kind() != Value::Kind::kBool && !scalar.text.empty();
    const bool literal = secret ? can_be_secret && (!from_elsewhere || literal_default)
                                : !from_elsewhere && HoldsSecret(value);
    if (literal) {
      result_.literal_secrets.push_back(
          {Severity::kWarning, scalar.position,
           Label() + ": " + path + ": a secret stands here as it is; write ${NAME}, and set NAME"});
    }
    return {};
  }

  TextPosition PositionOf(const std::string& field) const {
    for (std::size_t i = 0; i < result_.fields.size(); ++i) {
      if (result_.unresolved.fields[i].name == field) return result_.fields[i].position;
    }
    return result_.position;
  }

  // Errors of values are left out: `${PORT}` is no number yet. See ConnectionsFile::Check().
  void AddModelWarnings() {
    for (const Finding& finding : ValidateConnection(result_.unresolved)) {
      if (finding.severity != Finding::Severity::kWarning) continue;
      const std::string field = finding.field.empty() ? "" : finding.field + ": ";
      result_.warnings.push_back(
          {Severity::kWarning, PositionOf(finding.field),
           Label() + ": " + field + finding.message + SettingSuggestion(finding)});
    }
  }

  // The keys beside the fields, of which the model knows nothing.
  static std::string SettingSuggestion(const Finding& finding) {
    constexpr std::string_view kSettings[] = {kDefault, kMetadata};
    const std::string_view nearest = NearestName(finding.field, kSettings);
    const bool has_one = finding.message.find("did you mean") != std::string::npos;
    return nearest.empty() || has_one ? "" : "; did you mean " + std::string(nearest) + "?";
  }

  const YamlReader& reader_;
  FileConnection result_;
};

}  // namespace

Status ForEachScalar(const YamlNode& node, const std::string& path,
                     const std::function<Status(const YamlNode&, const std::string&)>& visit) {
  if (node.kind == YamlNode::Kind::kScalar) return visit(node, path);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    RETURN_IF_ERROR(ForEachScalar(node.items[i], path + "." + std::to_string(i), visit));
  }
  for (const YamlNode::Member& member : node.members) {
    RETURN_IF_ERROR(ForEachScalar(member.value, path + "." + member.key, visit));
  }
  return {};
}

Result<FileConnection> ReadFileConnection(const YamlReader& reader, ConnectionName name,
                                          const YamlNode::Member& alias) {
  return ConnectionReader(reader, std::move(name)).Run(alias);
}

}  // namespace injector
