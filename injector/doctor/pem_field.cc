#include "injector/doctor/pem_field.h"

#include "injector/doctor/fields.h"

namespace injector::doctor {

Result<PemField> ReadPemField(const Connection& connection, std::string_view field) {
  ASSIGN_OR_RETURN(const Secret text, FieldValue(connection, field));
  PemField pem;
  if (text.Reveal().find("-----BEGIN ") == std::string_view::npos) {
    pem.path = text.Reveal();
    return pem;
  }
  const Secret whole = Secret::Concat({text.Reveal(), "\n"});
  ASSIGN_OR_RETURN(MemoryFile file, MemoryFile::Make(whole.Reveal()));
  pem.path = file.path();
  pem.content = std::move(file);
  return pem;
}

}  // namespace injector::doctor
