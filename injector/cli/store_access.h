#pragma once
// Opens the store that the command line and the environment name, with the key they give, and says
// whatever has to be said about either.

#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/cli/session.h"
#include "injector/crypto/key.h"
#include "injector/sources/encrypted_file/store.h"
#include "injector/sources/encrypted_file/store_editor.h"

namespace injector {

// How a store that does not exist yet is to be made.
enum class NewStoreMode {
  kWithKey,    // with the key at hand
  kMachine,    // --machine-key
  kPlaintext,  // --plaintext
};

// --store, else the environment's. kFailedPrecondition when neither says and HOME is not set.
Result<std::string> StorePath(const Session& session);

// The error for a store that cannot be made or opened because no key was given.
Error NoKeyError(const std::string& store_path);

// Without changes in mind: takes no lock.
Result<Store> OpenStore(Session& session);
// What can be read without the key; verified by nothing.
Result<StoreListing> OpenListing(Session& session);
// Whether the user has given a key, or wants to be asked for one.
bool HasKey(const Session& session);

// To change an existing store: locked until the editor is gone. The passphrase is asked for before.
Result<StoreEditor> EditStore(Session& session);
// To change a store that is made if it does not exist. A mode that an existing store does not have
// is kFailedPrecondition: rekey changes it.
Result<StoreEditor> EditOrCreateStore(Session& session, NewStoreMode mode);

}  // namespace injector
