#pragma once
// Changes to an encrypted file store. An editor holds the store's lock from Open() to its end, so
// that read, change and write are one step and two writers never lose an update:
//
//   ASSIGN_OR_RETURN(StoreEditor editor, StoreEditor::Open(path, key, clock));
//   ASSIGN_OR_RETURN(Connection connection, editor.store().Get(name));
//   … change it …
//   RETURN_IF_ERROR(editor.Put(connection));
//   RETURN_IF_ERROR(editor.Save());
//
// Nothing is written before Save(); an editor that is dropped changes nothing.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/clock.h"
#include "injector/base/file_lock.h"
#include "injector/base/result.h"
#include "injector/sources/encrypted_file/protection.h"
#include "injector/sources/encrypted_file/store.h"

namespace injector {

struct PutOutcome {
  std::uint64_t version = 0;  // 1: it is new
  // The connection that was its type's default until now and no longer is.
  std::optional<ConnectionName> former_default;
};

class StoreEditor {
 public:
  // Waits for the lock `<path>.lock`, then opens as Store::Open(). `clock` must outlive the editor.
  static Result<StoreEditor> Open(const std::string& path, const KeyText* key, const Clock& clock);

  // The same, and an empty store with `protection` when there is none yet: missing directories are
  // made with mode 0700, the file with the first Save(). An existing store keeps its own mode and
  // is opened with protection.key().
  static Result<StoreEditor> OpenOrCreate(const std::string& path, const Protection& protection,
                                          const Clock& clock);

  // The state with the changes made so far.
  const Store& store() const { return store_; }

  // Adds the connection, or replaces the one of that name whole; its `version` is ignored and
  // counted here. A new default takes the flag from the former one of its type. kAlreadyExists when
  // another type holds the alias; kInvalidArgument for what CheckConnection (connection_json.h)
  // refuses, and for a name, a field name or a text that a store cannot hold.
  Result<PutOutcome> Put(const Connection& connection);
  // kNotFound names what there is instead.
  Status Delete(const ConnectionName& name);

  // Adds or replaces. The number of its version.
  Result<std::uint64_t> PutVariable(const Variable& variable);
  Status DeleteVariable(std::string_view key);

  // Encrypts everything anew for `protection`; whatever the old key could open, it can open no
  // longer (in this file: copies of it stay as they are).
  Status Rekey(const Protection& protection);

  // Writes the whole file atomically, mode 0600. On failure (a full disk too) the old file is as it
  // was. May be called again after further changes.
  Status Save();

 private:
  StoreEditor(FileLock lock, Store store, const Clock& clock)
      : lock_(std::move(lock)), store_(std::move(store)), clock_(&clock) {}
  FileLock lock_;
  Store store_;
  const Clock* clock_;
};

}  // namespace injector
