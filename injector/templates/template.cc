#include "injector/templates/template.h"

#include <algorithm>
#include <utility>

#include "injector/base/ascii.h"

namespace injector {
namespace {

using Kind = TemplateReference::Kind;

constexpr std::string_view kOpening = "{{";
constexpr std::string_view kClosing = "}}";
constexpr std::string_view kExpected =
    "expected {{ conn.NAME.FIELD }}, {{ var.KEY }} or {{ \"text\" }}";

bool IsPlainCharacter(char c) { return IsAsciiAlnum(c) || c == '_' || c == '-'; }

// Reads what stands between the braces, from the left.
class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view text) : rest_(text) {}

  void SkipSpace() {
    while (!rest_.empty() && IsAsciiSpace(rest_.front())) rest_.remove_prefix(1);
  }
  bool Take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  // Letters, digits, _ and -; empty when there are none.
  std::string_view TakeWord() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsPlainCharacter);
    const std::string_view word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    return word;
  }
  // "…" or '…', with \" \' and \\ inside; nullopt when none stands here or it does not end.
  std::optional<std::string> TakeQuoted() {
    if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return std::nullopt;
    const char quote = rest_.front();
    std::string text;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        return text;
      }
      const bool escapes = rest_[i] == '\\' && i + 1 < rest_.size() &&
                           (rest_[i + 1] == quote || rest_[i + 1] == '\\');
      text += rest_[escapes ? ++i : i];
    }
    return std::nullopt;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// ".part" and "[\"part\"]", as often as they stand there; nullopt when one is broken off.
std::optional<std::vector<std::string>> TakePath(ExpressionReader& reader) {
  std::vector<std::string> path;
  while (true) {
    if (reader.Take(".")) {
      const std::string_view word = reader.TakeWord();
      if (word.empty()) return std::nullopt;
      path.emplace_back(word);
    } else if (reader.Take("[")) {
      std::optional<std::string> quoted = reader.TakeQuoted();
      if (!quoted || quoted->empty() || !reader.Take("]")) return std::nullopt;
      path.push_back(*std::move(quoted));
    } else {
      return path;
    }
  }
}

// What `reader` stands at, as one piece; nullopt when it is none.
std::optional<TemplatePiece> TakeExpression(ExpressionReader& reader) {
  if (std::optional<std::string> quoted = reader.TakeQuoted()) {
    return TemplatePiece{.text = Secret::TakeFrom(*quoted), .reference = {}, .quoted = true};
  }
  const std::string_view word = reader.TakeWord();
  TemplateReference reference;
  if (word == "var") {
    reference.kind = Kind::kVariable;
  } else if (word != "conn") {
    return std::nullopt;
  }
  reference.whole_name = reader.rest().starts_with('[');
  std::optional<std::vector<std::string>> path = TakePath(reader);
  const std::size_t least = reference.kind == Kind::kVariable ? 1 : 2;
  if (!path || path->size() < least) return std::nullopt;
  if (reference.kind == Kind::kVariable && path->size() > 1) return std::nullopt;
  reference.path = *std::move(path);
  return TemplatePiece{.text = {}, .reference = std::move(reference), .quoted = false};
}

}  // namespace

std::string TemplateReference::ToString() const {
  std::string text = kind == Kind::kConnection ? "conn" : "var";
  for (const std::string& part : path) {
    const bool plain = std::all_of(part.begin(), part.end(), IsPlainCharacter);
    text += plain ? "." + part : "[\"" + part + "\"]";
  }
  return text;
}

std::string TemplateReference::In(const std::string& template_name) const {
  return ErrorAt(template_name, position, "{{ " + ToString() + " }}").message();
}

Result<Template> Template::Parse(std::string_view text, std::string name) {
  Template parsed(std::move(name));
  TextPosition position;
  while (true) {
    const std::string_view literal = text.substr(0, text.find(kOpening));
    if (!literal.empty()) {
      parsed.pieces_.push_back({.text = Secret::CopyOf(literal), .reference = {}});
    }
    position = position.After(literal);
    text.remove_prefix(literal.size());
    if (text.empty()) return parsed;

    ExpressionReader reader(text.substr(kOpening.size()));
    reader.SkipSpace();
    std::optional<TemplatePiece> piece = TakeExpression(reader);
    reader.SkipSpace();
    if (!piece || !reader.Take(kClosing)) {
      const bool ends = reader.rest().find(kClosing) != std::string_view::npos;
      return ErrorAt(parsed.name_, position, ends ? kExpected : "{{ without }}")
          .WithHint("write {{ \"{{\" }} for two braces that are meant as such");
    }
    if (piece->reference) piece->reference->position = position;
    parsed.pieces_.push_back(*std::move(piece));
    const std::string_view expression = text.substr(0, text.size() - reader.rest().size());
    position = position.After(expression);
    text = reader.rest();
  }
}

std::vector<TemplateReference> Template::references() const {
  std::vector<TemplateReference> found;
  for (const TemplatePiece& piece : pieces_) {
    if (piece.reference) found.push_back(*piece.reference);
  }
  return found;
}

}  // namespace injector
