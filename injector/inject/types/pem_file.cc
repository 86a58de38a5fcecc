#include "injector/inject/types/pem_file.h"

namespace injector {

bool IsPemText(const FieldText& value) {
  return value.text.Reveal().find("-----BEGIN ") != std::string_view::npos;
}

Result<std::size_t> AddPemFile(Translation& translation, std::string_view name,
                               const FieldText& pem) {
  const std::string_view text = pem.text.Reveal();
  if (text.find('\0') != std::string_view::npos) {
    return translation.FieldError(pem.field, "holds a NUL byte, which a PEM file cannot");
  }
  return translation.AddFile(name, Secret::Concat({text, text.ends_with('\n') ? "" : "\n"}));
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
