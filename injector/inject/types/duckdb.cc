// DuckDB reads no variable for its file; MOTHERDUCK_TOKEN is that of the MotherDuck extension
// (motherduck.com/docs, "Authenticating to MotherDuck").

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateDuckdb(Translation& translation) {
  static constexpr FieldRow kRows[] = {{"path", "DUCKDB_PATH"},
                                       {"motherduck_token", "MOTHERDUCK_TOKEN"}};
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
