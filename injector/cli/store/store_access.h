#pragma once
// The way to the store that the command line and the environment name, with the key they give. The
// key is found, or asked for, once; only then is the store opened, so that no lock is held while
// somebody types. Whatever has to be said about the key or the store is said here.

#include <memory>
#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/cli/session.h"
#include "injector/crypto/key.h"
#include "injector/sources/encrypted_file/store.h"
#include "injector/sources/encrypted_file/store_editor.h"
#include "injector/sources/source.h"

namespace injector {

// How a store that does not exist yet is to be made.
enum class NewStoreMode {
  kNone,       // not at all: it has to exist
  kWithKey,    // with the key at hand
  kMachine,    // --machine-key
  kPlaintext,  // --plaintext
};

class StoreAccess {
 public:
  // kInvalidArgument: --source or --service was given, which this way does not read. kNotFound:
  // there is no store and `mode` makes none. kUnauthenticated: no key to make one with.
  // kFailedPrecondition: `mode` contradicts the store that is there (only rekey changes a mode), or
  // a key was given that the store does not use. May ask for a passphrase: twice for a new store.
  // `session` must outlive this object.
  static Result<StoreAccess> Prepare(Session& session, NewStoreMode mode,
                                     CaFile ca_file = CaFile::kForService);

  // The same for the store at `path`, whatever --store and --source say.
  static Result<StoreAccess> PrepareAt(Session& session, std::string path, NewStoreMode mode);

  const std::string& path() const { return path_; }

  // For whoever reads from several sources.
  std::unique_ptr<Source> AsSource() const;

  // Takes no lock.
  Result<Store> Open() const;
  // Whether a key is at hand, or the store needs none. Wrong keys show on opening.
  bool CanBeOpened() const;
  // nullopt when a key is needed and the user has given none. A wrong key is an error.
  Result<std::optional<Store>> OpenIfKeyGiven() const;
  // What can be read without the key; verified by nothing.
  Result<StoreListing> List() const;
  // Locked until the editor is gone. Makes the store if the mode says so.
  Result<StoreEditor> Edit() const;
  // Writes what `editor` holds, and says so when that makes the store: which file it is, and what
  // protects it. Requires: an editor of this store.
  Status Save(StoreEditor& editor) const;

 private:
  StoreAccess(Session& session, NewStoreMode mode, std::string path)
      : session_(&session), mode_(mode), path_(std::move(path)) {}
  const KeyText* key() const { return key_ ? &*key_ : nullptr; }
  Result<StoreEditor> OpenEditor() const;
  void SayWarnings(const StoreListing& listing) const;
  std::string WhereTheKeyIs() const;

  Session* session_;
  NewStoreMode mode_;
  std::string path_;
  std::optional<KeyText> key_;
};

// Asks twice for a passphrase that nobody has used yet; warnings are said.
Result<KeyText> AskNewPassphrase(Session& session, const std::string& store_path);

// The key in a file; errors name the option that named the file, and warnings are said.
Result<KeyText> ReadKeyFile(Session& session, const std::string& path, std::string_view option);

}  // namespace injector
