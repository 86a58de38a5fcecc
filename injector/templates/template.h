#pragma once
// A text with places to fill in:
//
//   {{ conn.NAME.FIELD }}        a field of a connection, by its alias
//   {{ conn.TYPE.NAME.FIELD }}   … by type and alias
//   {{ conn["a.b"].FIELD }}      a name in brackets is taken as it stands; "@TYPE" and "@TYPE.NAME"
//   too
//   {{ var.KEY }}                a variable
//   {{ "{{" }}                   a text in quotes stands for itself: how to write two braces
//
// White space around an expression does not count. Everything outside the braces passes byte for
// byte. What a value brings in is never looked at again.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/base/text_position.h"

namespace injector {

struct TemplateReference {
  enum class Kind { kConnection, kVariable };
  Kind kind = Kind::kConnection;
  // What follows `conn` or `var`, dot by dot; a name in brackets is one part. At least two parts
  // for a connection, one for a variable.
  std::vector<std::string> path;
  bool whole_name = false;  // the first part stands in brackets: it alone is the connection's name
  TextPosition position;    // of the opening braces

  // "conn.db.password", "var.api_token"
  std::string ToString() const;
  // As messages name it: "app.tmpl:2:3: {{ conn.db.password }}".
  std::string In(const std::string& template_name) const;
};

// Text that stands for itself, or a reference.
struct TemplatePiece {
  Secret text;
  std::optional<TemplateReference> reference;
  // The text was an expression in quotes: not to be searched for further syntax.
  bool quoted = false;
};

class Template {
 public:
  // `name` stands for the text in messages ("app.tmpl", "argument 3"). kInvalidArgument with name,
  // line and column: braces that do not end, an expression that is none of the above.
  static Result<Template> Parse(std::string_view text, std::string name);

  const std::string& name() const { return name_; }
  const std::vector<TemplatePiece>& pieces() const { return pieces_; }
  std::vector<TemplateReference> references() const;

 private:
  explicit Template(std::string name) : name_(std::move(name)) {}

  std::string name_;
  std::vector<TemplatePiece> pieces_;
};

// Whether `text` has anything for a template to do.
inline bool LooksLikeTemplate(std::string_view text) {
  return text.find("{{") != std::string_view::npos;
}

}  // namespace injector
