// What glab reads (docs.gitlab.com, "GitLab CLI", environment variables).

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateGitlab(Translation& translation) {
  static constexpr FieldRow kRows[] = {{"token", "GITLAB_TOKEN"}, {"host", "GITLAB_HOST"}};
  // Other names of the host, and a host for gitlab.com's token, which the shim inherited.
  for (const char* name : {"GITLAB_HOST", "GITLAB_URI", "GL_HOST", "GITLAB_API_HOST"}) {
    translation.Remove(name);
  }
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
