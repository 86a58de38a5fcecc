#include "injector/cli/settings.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "injector/cli/variables/secret_variable.h"

namespace injector {
namespace {

std::string_view Variable(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::vector<Secret> CopyEnvironment() {
  std::vector<Secret> entries;
  for (char** entry = environ; *entry != nullptr; ++entry)
    entries.push_back(Secret::CopyOf(*entry));
  return entries;
}

std::string StorePath() {
  const std::string_view named = Variable("INJECTOR_STORE");
  if (!named.empty()) return std::string(named);
  const std::string_view home = Variable("HOME");
  if (home.empty()) return {};
  return std::string(home) + "/.config/injector/connections.enc.json";
}

}  // namespace

Settings TakeSettings() {
  Settings settings;
  settings.key_text = TakeSecretVariable("PIPELINE_ENCRYPTION_KEY");
  settings.key_file = Variable("INJECTOR_KEY_FILE");
  settings.store_path = StorePath();
  settings.service = {.url = std::string(Variable("INJECTOR_SERVICE")),
                      .token_file = std::string(Variable("INJECTOR_TOKEN_FILE")),
                      .ca_file = std::string(Variable("INJECTOR_CA_FILE")),
                      .client_certificate = std::string(Variable("INJECTOR_CLIENT_CERT")),
                      .client_key = std::string(Variable("INJECTOR_CLIENT_KEY"))};
  settings.environment = CopyEnvironment();
  settings.colours_allowed = Variable("NO_COLOR").empty() && Variable("TERM") != "dumb";
  return settings;
}

}  // namespace injector
