#pragma once
// --machine-key and --plaintext, for the commands that make a store when there is none.

#include "injector/cli/command.h"
#include "injector/cli/store_access.h"

namespace injector {

struct NewStoreOptions {
  bool machine_key = false;
  bool plaintext = false;

  NewStoreMode Mode() const;
};

// `options` must live as long as `command`.
void DefineNewStoreOptions(CLI::App& command, NewStoreOptions& options);

}  // namespace injector
