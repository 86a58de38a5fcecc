#pragma once
// The encrypted file store, connections.enc.json: connections and variables in one file that can
// lie in a repository or on a volume. The format is described in FORMAT.md beside this header;
// writing is in store_editor.h.
//
// Trust: whoever holds the file without the key can read names, versions, dates and non-secret
// variables, and can put back an older copy of the whole file; nothing else. Every other change is
// noticed when the file is opened with its key, and a store that needs no key in the place of one
// that does is refused to whoever has one.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/crypto/key.h"
#include "injector/crypto/scrypt.h"
#include "injector/model/connection.h"
#include "injector/model/reference.h"

namespace injector {

// Where the key of a store comes from. A property of the file, chosen when it is made and changed
// only by StoreEditor::Rekey().
enum class StoreMode {
  kRaw,         // a 32-byte key
  kPassphrase,  // scrypt of a passphrase
  kMachine,  // host name and user: protects a copied file only, and a recreated container loses it
  kPlaintext,  // no encryption at all
};

// "raw", "passphrase", "machine", "plaintext": as the file spells it.
std::string_view StoreModeName(StoreMode mode);

struct ConnectionSummary {
  ConnectionName name;
  bool is_default = false;
  std::uint64_t version = 0;
  std::string created_at;  // RFC 3339
  std::string updated_at;
};

struct VariableSummary {
  std::string key;
  bool is_secret = false;
  std::uint64_t version = 0;
  std::string created_at;
  std::string updated_at;
  std::string value;        // empty when it is secret
  std::string description;  // likewise
};

// What can be read without the key.
struct StoreListing {
  StoreMode mode = StoreMode::kRaw;
  std::string fingerprint;  // of the key that opens it; empty in plaintext mode
  std::vector<ConnectionSummary> connections;
  std::vector<VariableSummary> variables;
  // To be said on every use of this file.
  std::vector<std::string> warnings;
};

// Decrypts nothing and verifies nothing: for showing only.
Result<StoreListing> ReadStoreListing(const std::string& path);

class StoreContents;

// One consistent state of a store, verified with its key. Entries are decrypted when asked for.
class Store {
 public:
  // `key`: what the user brought, nullptr for none; machine and plaintext stores take none.
  // kNotFound: no such file. kUnauthenticated: a key is needed; the hint names the ways to give
  // one. kFailedPrecondition: the wrong key (names the fingerprint needed and the one got), a key
  // that the store does not use, or a format version of a later program. kDataLoss: cut short,
  // damaged or altered.
  static Result<Store> Open(const std::string& path, const KeyText* key);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // `path` with its symbolic links resolved.
  const std::string& path() const;
  StoreListing listing() const;

  // kNotFound names what there is instead.
  Result<Connection> Get(const ConnectionName& name) const;
  // As a job or a person names it: `name`, `@type.alias`, `@type`.
  Result<Connection> Get(const Reference& reference) const;
  Result<Variable> GetVariable(std::string_view key) const;

 private:
  friend class StoreEditor;
  explicit Store(std::unique_ptr<StoreContents> contents);
  std::unique_ptr<StoreContents> contents_;
};

}  // namespace injector
