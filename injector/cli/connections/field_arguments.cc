#include "injector/cli/connections/field_arguments.h"

#include "injector/model/catalogue.h"
#include "injector/model/json.h"

namespace injector {
namespace {

Error BadArgument(std::string message, std::string hint) {
  return Error(ErrorCode::kInvalidArgument, std::move(message)).WithHint(std::move(hint));
}

FieldKind KindOf(std::string_view type, std::string_view field_name) {
  const FieldInfo* info = FindFieldInfo(type, field_name);
  return info == nullptr ? FieldKind::kText : info->kind;
}

// Parses `text` as JSON and insists on `kind`.
Result<Value> ParseAs(Value::Kind kind, std::string_view text, std::string_view field_name,
                      std::string_view expected) {
  Result<Value> value = ParseJson(text);
  if (value.ok() && value->kind() == kind) return value;
  return Error(ErrorCode::kInvalidArgument,
               std::string(field_name) + ": expected " + std::string(expected));
}

}  // namespace

Result<FieldArgument> ParseFieldArgument(std::string_view argument) {
  const std::size_t equals = argument.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    return BadArgument("--field: expected NAME=VALUE", "for example --field host=db.example.com");
  }
  return FieldArgument{std::string(argument.substr(0, equals)),
                       std::string(argument.substr(equals + 1))};
}

Result<SecretArgument> ParseSecretArgument(std::string_view argument) {
  const std::size_t equals = argument.find('=');
  const std::string name(argument.substr(0, equals));
  if (name.empty()) {
    return BadArgument("--secret: expected NAME, NAME=- or NAME=@FILE",
                       "--secret password asks for the value on the terminal");
  }
  if (equals == std::string_view::npos) return SecretArgument{name, {}};
  const std::string_view source = argument.substr(equals + 1);
  if (source == "@" || source.starts_with("-@") || source.starts_with("@-")) {
    return BadArgument("--secret " + name + ": neither - for stdin nor @FILE",
                       "--secret " + name + "=- reads stdin, --secret " + name +
                           "=@FILE a file (./-name for one that begins with -)");
  }
  Result<ValueOrigin> origin = ParseValueOrigin(source, "--secret");
  if (!origin.ok()) return SecretOnCommandLine(name);
  return SecretArgument{name, *std::move(origin)};
}

Error SecretOnCommandLine(std::string_view field_name) {
  const std::string name(field_name);
  return Error(ErrorCode::kInvalidArgument,
               name + ": a secret value on the command line, where every process can read it")
      .WithHint("--secret " + name + " asks for it, --secret " + name + "=@FILE and --secret " +
                name + "=- read it; if the value just given was real, change it");
}

Result<Value> ParseFieldValue(std::string_view type, std::string_view field_name,
                              std::string_view text) {
  switch (KindOf(type, field_name)) {
    case FieldKind::kNumber:
      return ParseAs(Value::Kind::kNumber, text, field_name, "a number");
    case FieldKind::kBoolean:
      return ParseAs(Value::Kind::kBool, text, field_name, "true or false");
    case FieldKind::kMap:
      return ParseAs(Value::Kind::kMap, text, field_name, "a JSON object");
    case FieldKind::kText:
    case FieldKind::kUrl:
    case FieldKind::kPath:
    case FieldKind::kPem:
      return Value::String(text);
  }
  return Value::String(text);
}

bool FinalNewlineCounts(std::string_view type, std::string_view field_name) {
  return KindOf(type, field_name) == FieldKind::kPem;
}

}  // namespace injector
