#pragma once
// A text in connections.yaml with its places to fill in:
//
//   ${NAME}            an environment variable
//   ${NAME:-default}   … or this text, when it is not set or empty
//   $$                 a dollar
//   {{ var.KEY }}      a variable of any source; {{ "{{" }} for two braces
//
// Any other dollar is a dollar. What is filled in is never looked at again.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/templates/template.h"

namespace injector {

// One of three: a text, an environment variable, or a reference to a variable.
struct FieldPiece {
  Secret text;              // of a variable with a default: the default
  std::string environment;  // the name; empty for the other two
  bool has_default = false;
  std::optional<TemplateReference> variable;
};

// kInvalidArgument says what is wrong and holds nothing of the text but names of variables.
Result<std::vector<FieldPiece>> ParseFieldText(std::string_view text);

}  // namespace injector
