// The names that the Bolt frameworks read (SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET),
// and that Slack's own GitHub action reads (SLACK_WEBHOOK_URL).

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateSlack(Translation& translation) {
  static constexpr FieldRow kRows[] = {{"bot_token", "SLACK_BOT_TOKEN"},
                                       {"app_token", "SLACK_APP_TOKEN"},
                                       {"webhook_url", "SLACK_WEBHOOK_URL"},
                                       {"signing_secret", "SLACK_SIGNING_SECRET"}};
  // Tokens of one workspace must not stand beside another's, though they may be different ones.
  RETURN_IF_ERROR(
      translation.Claim("Slack workspace", Secret::CopyOf(translation.connection().name.Full())));
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
