// SUPABASE_ACCESS_TOKEN and SUPABASE_DB_PASSWORD are read by the Supabase CLI (supabase.com/docs,
// "Managing Environments"), the others by what its own guides write.

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateSupabase(Translation& translation) {
  static constexpr FieldRow kRows[] = {{"url", "SUPABASE_URL"},
                                       {"service_role_key", "SUPABASE_SERVICE_ROLE_KEY"},
                                       {"anon_key", "SUPABASE_ANON_KEY"},
                                       {"access_token", "SUPABASE_ACCESS_TOKEN"},
                                       {"db_password", "SUPABASE_DB_PASSWORD"}};
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
