#pragma once
// The arguments of --field and --secret.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/cli/value_input.h"
#include "injector/model/value.h"

namespace injector {

// --field NAME=VALUE: a value that everybody may see.
struct FieldArgument {
  std::string name;
  std::string text;
};

// --secret NAME, NAME=- or NAME=@FILE: where a value comes from that nobody may see.
struct SecretArgument {
  std::string name;
  ValueOrigin origin;
};

// Neither repeats what stands after the first '='.
Result<FieldArgument> ParseFieldArgument(std::string_view argument);
Result<SecretArgument> ParseSecretArgument(std::string_view argument);

// The answer to a secret value that was given by --field.
Error SecretOnCommandLine(std::string_view field_name);

// `text` as the value of `field_name` in a connection of `type`: a number, a boolean or a JSON map
// where the catalogue says so, else a string. kInvalidArgument names the field and what it expects,
// never the text.
Result<Value> ParseFieldValue(std::string_view type, std::string_view field_name,
                              std::string_view text);

// Whether a final newline is part of a value for that field: in PEM text it is (OpenSSH refuses a
// private key without), elsewhere an editor put it there.
bool FinalNewlineCounts(std::string_view type, std::string_view field_name);

}  // namespace injector
