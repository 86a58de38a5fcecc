#pragma once
// What the environment tells the program, taken once, before anything else reads it.

#include <optional>
#include <string>
#include <vector>

#include "injector/base/secret.h"
#include "injector/cli/invocation.h"

namespace injector {

struct Settings {
  std::optional<Secret> key_text;  // PIPELINE_ENCRYPTION_KEY
  std::string key_file;            // INJECTOR_KEY_FILE, as runner-shim reads it; empty: none
  // INJECTOR_STORE, else ~/.config/injector/connections.enc.json; empty without HOME.
  std::string store_path;
  // INJECTOR_SERVICE, INJECTOR_TOKEN_FILE, INJECTOR_CA_FILE, INJECTOR_CLIENT_CERT and
  // INJECTOR_CLIENT_KEY; all but the first as runner-shim reads them.
  ServiceGlobalOptions service;
  std::vector<Secret> environment;  // NAME=value each, without the key; for sources that read it
  bool colours_allowed = true;      // not with NO_COLOR (no-color.org) or TERM=dumb
};

// Reads the variables above. The key is wiped where the kernel put it, so that it is not in
// /proc/PID/environ any more, and removed, so that no child can inherit it. An empty variable
// counts as absent. Requires: no other thread runs.
Settings TakeSettings();

}  // namespace injector
