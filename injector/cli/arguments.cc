#include "injector/cli/arguments.h"

#include "injector/model/connection.h"

namespace injector {

Result<Reference> ParseConnectionName(std::string_view text) {
  ASSIGN_OR_RETURN(Reference name, Reference::Parse(text));
  if (!name.alias.empty()) return name;
  return Error(ErrorCode::kInvalidArgument, "NAME: @TYPE does not say which connection")
      .WithHint("give NAME or @TYPE.NAME");
}

Result<std::string> ParseVariableKey(std::string_view text) {
  if (IsValidVariableKey(text)) return std::string(text);
  return Error(ErrorCode::kInvalidArgument, "KEY: not a name for a variable")
      .WithHint("letters, digits and _, not beginning with a digit; the value is read from stdin");
}

}  // namespace injector
