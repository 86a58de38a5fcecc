#include "injector/cli/new_store_options.h"

#include <CLI/CLI.hpp>

namespace injector {

NewStoreMode NewStoreOptions::Mode() const {
  if (machine_key) return NewStoreMode::kMachine;
  return plaintext ? NewStoreMode::kPlaintext : NewStoreMode::kWithKey;
}

void DefineNewStoreOptions(CLI::App& command, NewStoreOptions& options) {
  CLI::Option* machine = command.add_flag("--machine-key", options.machine_key,
                                          "A new store: derive its key from this host's name and\n"
                                          "user; protects a copied file only, and a recreated\n"
                                          "container loses it");
  command.add_flag("--plaintext", options.plaintext, "A new store: do not encrypt it at all")
      ->excludes(machine);
}

}  // namespace injector
