#pragma once
// --machine-key and --plaintext, for the commands that make a store when there is none.

#include "injector/cli/command.h"
#include "injector/cli/store/store_access.h"

namespace injector {

struct NewStoreOptions {
  bool machine_key = false;
  bool plaintext = false;

  NewStoreMode Mode() const;
};

// `options` must live until the words are parsed.
void DefineNewStoreOptions(Command command, NewStoreOptions& options);

}  // namespace injector
