// What glab reads.

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateGitlab(Translation& translation) {
  static constexpr FieldRow kRows[] = {{"token", "GITLAB_TOKEN"}, {"host", "GITLAB_HOST"}};
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
