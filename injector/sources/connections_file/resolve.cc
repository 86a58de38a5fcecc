#include "injector/sources/connections_file/resolve.h"

#include <string>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/sources/connections_file/field_text.h"

namespace injector {
namespace {

class Resolver {
 public:
  Resolver(const ConnectionsFile& file, const FileConnection& source,
           const EnvironmentLookup& lookup)
      : file_(file), source_(source), lookup_(lookup) {}

  Result<ResolvedConnection> Run() && {
    Connection& connection = result_.connection;
    connection = source_.unresolved.Clone();
    for (std::size_t i = 0; i < source_.fields.size(); ++i) {
      field_ = i;
      ASSIGN_OR_RETURN(connection.fields[i].value,
                       Fill(source_.fields[i].value, connection.fields[i].name));
    }
    if (!missing_.empty()) {
      return Error(ErrorCode::kFailedPrecondition, missing_)
          .WithHint("set it in the environment, or in .env beside " + file_.name());
    }
    if (Status checked = CheckConnection(connection); !checked.ok()) {
      return std::move(checked).error().WithContext(file_.name() + ": " + connection.name.Full());
    }
    return std::move(result_);
  }

 private:
  Result<Value> Fill(const YamlNode& node, const std::string& path) {
    switch (node.kind) {
      case YamlNode::Kind::kNull:
        return Value();
      case YamlNode::Kind::kScalar:
        return FillScalar(node, path);
      case YamlNode::Kind::kList: {
        std::vector<Value> items;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
          ASSIGN_OR_RETURN(Value item, FillInner(i, node.items[i], path + "." + std::to_string(i)));
          items.push_back(std::move(item));
        }
        return Value::List(std::move(items));
      }
      case YamlNode::Kind::kMap:
        break;
    }
    std::vector<Value::Member> members;
    for (std::size_t i = 0; i < node.members.size(); ++i) {
      const YamlNode::Member& member = node.members[i];
      ASSIGN_OR_RETURN(Value value, FillInner(i, member.value, path + "." + member.key));
      members.push_back({member.key, std::move(value)});
    }
    return Value::Map(std::move(members));
  }

  Result<Value> FillInner(std::size_t place, const YamlNode& node, const std::string& path) {
    inner_.push_back(place);
    Result<Value> filled = Fill(node, path);
    inner_.pop_back();
    return filled;
  }

  Result<Value> FillScalar(const YamlNode& node, const std::string& path) {
    ASSIGN_OR_RETURN(std::vector<FieldPiece> pieces, ParseFieldText(node.text.Reveal()));
    SecretBuilder text;
    bool is_open = false;
    for (FieldPiece& piece : pieces) {
      is_open = is_open || piece.variable;
      if (!piece.environment.empty()) piece.text = ValueOf(piece, node, path);
      text.Append(piece.text.Reveal());
    }
    if (is_open) AddOpenText(std::move(pieces), node);
    Secret filled = std::move(text).Build();
    // A number stays a number.
    if (!is_open && filled.Reveal() == node.text.Reveal()) return ToValue(node);
    return Value::String(std::move(filled));
  }

  Secret ValueOf(const FieldPiece& piece, const YamlNode& node, const std::string& path) {
    if (const auto value = lookup_(piece.environment)) {
      if (IsSecretField(source_.unresolved, path)) {
        const ConnectionName& name = source_.unresolved.name;
        result_.ingredients.push_back({"env." + piece.environment, Secret::CopyOf(*value),
                                       name.type + "." + name.alias + "." + path});
      }
      return Secret::CopyOf(*value);
    }
    if (piece.has_default) return piece.text.Clone();
    const std::string where =
        ErrorAt(file_.name(), node.position, source_.unresolved.name.Full()).message();
    missing_ += (missing_.empty() ? "" : "; ") + where + ": " + path + ": ${" + piece.environment +
                "} is not set, or empty";
    return Secret();
  }

  void AddOpenText(std::vector<FieldPiece> pieces, const YamlNode& node) {
    OpenText open;
    open.field = field_;
    open.inner = inner_;
    open.where = file_.name() + ":" + std::to_string(node.position.line) + ":" +
                 std::to_string(node.position.column);
    for (FieldPiece& piece : pieces) {
      open.pieces.push_back(
          {.text = std::move(piece.text), .reference = std::move(piece.variable), .quoted = true});
    }
    result_.open_texts.push_back(std::move(open));
  }

  const ConnectionsFile& file_;
  const FileConnection& source_;
  const EnvironmentLookup& lookup_;
  ResolvedConnection result_;
  std::size_t field_ = 0;
  std::vector<std::size_t> inner_;
  std::string missing_;
};

}  // namespace

Result<ResolvedConnection> ResolveConnection(const ConnectionsFile& file,
                                             const FileConnection& connection,
                                             const EnvironmentLookup& lookup) {
  return Resolver(file, connection, lookup).Run();
}

}  // namespace injector
