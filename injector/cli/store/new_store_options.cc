#include "injector/cli/store/new_store_options.h"

namespace injector {

NewStoreMode NewStoreOptions::Mode() const {
  if (machine_key) return NewStoreMode::kMachine;
  return plaintext ? NewStoreMode::kPlaintext : NewStoreMode::kWithKey;
}

void DefineNewStoreOptions(Command command, NewStoreOptions& options) {
  command.AddFlag("--machine-key", options.machine_key,
                  "A new store: derive its key from this host's name and\n"
                  "user; protects a copied file only, and a recreated\n"
                  "container loses it");
  command.AddFlag("--plaintext", options.plaintext, "A new store: do not encrypt it at all");
  command.MakeExclusive("--machine-key", "--plaintext");
}

}  // namespace injector
