#include "injector/sources/connections_file/field_text.h"

#include <utility>

#include "injector/base/variable_name.h"

namespace injector {
namespace {

Error Problem(std::string message) {
  return Error(ErrorCode::kInvalidArgument, std::move(message));
}

class DollarParser {
 public:
  // Adds the pieces of `text` to `pieces`.
  static Result<std::vector<FieldPiece>> Run(std::string_view text,
                                             std::vector<FieldPiece> pieces) {
    DollarParser parser(text, std::move(pieces));
    while (!parser.rest_.empty()) RETURN_IF_ERROR(parser.Step());
    parser.EndLiteral();
    return std::move(parser.pieces_);
  }

 private:
  DollarParser(std::string_view text, std::vector<FieldPiece> pieces)
      : rest_(text), pieces_(std::move(pieces)) {}

  Status Step() {
    const std::string_view literal = rest_.substr(0, rest_.find('$'));
    literal_.Append(literal);
    rest_.remove_prefix(literal.size());
    if (rest_.starts_with("${")) return TakeVariable();
    if (rest_.empty()) return {};
    literal_.Append('$');
    rest_.remove_prefix(rest_.starts_with("$$") ? 2 : 1);
    return {};
  }

  Status TakeVariable() {
    const std::size_t end = rest_.find('}');
    if (end == std::string_view::npos) return Problem("${ without }; write $$ for a dollar");
    const std::string_view inside = rest_.substr(2, end - 2);
    rest_.remove_prefix(end + 1);
    const std::size_t operation = inside.find(":-");
    const std::string_view name = inside.substr(0, operation);
    if (!IsVariableName(name)) {
      return Problem("expected ${NAME} or ${NAME:-default}; write $$ for a dollar");
    }
    EndLiteral();
    FieldPiece piece{
        .text = {}, .environment = std::string(name), .has_default = {}, .variable = {}};
    if (operation != std::string_view::npos) {
      const std::string_view text = inside.substr(operation + 2);
      if (text.find("${") != std::string_view::npos) {
        return Problem("${" + std::string(name) + ":-…}: a default cannot hold another ${");
      }
      piece.has_default = true;
      piece.text = Secret::CopyOf(text);
    }
    pieces_.push_back(std::move(piece));
    return {};
  }

  void EndLiteral() {
    Secret text = std::exchange(literal_, SecretBuilder()).Build();
    if (text.empty()) return;
    pieces_.push_back(
        {.text = std::move(text), .environment = {}, .has_default = false, .variable = {}});
  }

  std::string_view rest_;
  std::vector<FieldPiece> pieces_;
  SecretBuilder literal_;
};

}  // namespace

Result<std::vector<FieldPiece>> ParseFieldText(std::string_view text) {
  // The name is for positions, which are of no use inside a field.
  const Result<Template> parsed = Template::Parse(text, "");
  if (!parsed.ok()) {
    return Problem("only {{ var.KEY }} can stand here; write {{ \"{{\" }} for two braces");
  }
  std::vector<FieldPiece> pieces;
  for (const TemplatePiece& piece : parsed->pieces()) {
    if (piece.reference && piece.reference->kind == TemplateReference::Kind::kConnection) {
      return Problem("{{ " + piece.reference->ToString() +
                     " }}: only {{ var.KEY }} can stand here");
    }
    if (!piece.reference && !piece.quoted) {
      ASSIGN_OR_RETURN(pieces, DollarParser::Run(piece.text.Reveal(), std::move(pieces)));
    } else {
      pieces.push_back({.text = piece.text.Clone(),
                        .environment = {},
                        .has_default = false,
                        .variable = piece.reference});
    }
  }
  return pieces;
}

}  // namespace injector
