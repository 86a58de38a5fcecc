#include "injector/inject/types/pem_file.h"

#include <string>

#include "injector/base/ascii.h"

namespace injector {
namespace {

// Line ends as readers of PEM take them: OpenSSH refuses CRLF, and text that came through a
// variable often holds \n in their place.
Secret WithLineEnds(std::string_view text) {
  text = StripAsciiSpace(text);  // OpenSSH wants no line before the first
  const bool escaped = text.find('\n') == std::string_view::npos;
  SecretBuilder lines;
  while (!text.empty()) {
    std::size_t taken = 0;
    if (text.starts_with("\r\n")) taken = 2;
    if (escaped && text.starts_with("\\n")) taken = 2;
    if (escaped && text.starts_with("\\r\\n")) taken = 4;
    if (taken > 0) {
      lines.Append('\n');
    } else {
      lines.Append(text.front());
      taken = 1;
    }
    text.remove_prefix(taken);
  }
  if (!lines.Reveal().ends_with('\n')) lines.Append('\n');
  return std::move(lines).Build();
}

}  // namespace

bool IsPemText(const FieldText& value) {
  return value.text.Reveal().find("-----BEGIN ") != std::string_view::npos;
}

Result<std::size_t> AddPemFile(Translation& translation, std::string_view name,
                               const FieldText& pem) {
  const std::string_view text = pem.text.Reveal();
  if (text.find('\0') != std::string_view::npos) {
    return translation.FieldError(pem.field, "holds a NUL byte, which a PEM file cannot");
  }
  return translation.AddFile(name, WithLineEnds(text));
}

Status SetPemVariable(Translation& translation, std::string_view variable, std::string_view name,
                      const FieldText& value) {
  using WhenInherited = InjectedVariable::WhenInherited;
  if (!IsPemText(value)) return translation.SetText(variable, value);
  ASSIGN_OR_RETURN(const std::size_t file, AddPemFile(translation, name, value));
  return translation.Set(
      {.name = std::string(variable),
       .kind = InjectedVariable::Kind::kFilePath,
       .file = file,
       .when_inherited = value.secret ? WhenInherited::kConflict : WhenInherited::kOverwrite,
       .origin = value.field});
}

}  // namespace injector
