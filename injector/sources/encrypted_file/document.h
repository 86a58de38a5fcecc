#pragma once
// The JSON document of a store in memory: what FORMAT.md describes, before any key is at hand.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/crypto/scrypt.h"
#include "injector/model/value.h"
#include "injector/sources/encrypted_file/store.h"

namespace injector {

// The "key" member.
struct KeySection {
  StoreMode mode = StoreMode::kRaw;
  std::string fingerprint;  // empty in plaintext mode
  std::string salt;         // bytes
  ScryptCost scrypt_cost;   // in passphrase mode only
};

// nonce || ciphertext || tag
struct SealedBody {
  std::string bytes;
};
// What an entry holds beside its readable members: sealed, or open where nothing is secret or the
// store is plaintext.
using EntryBody = std::variant<SealedBody, Value>;

struct ConnectionRecord {
  ConnectionSummary summary;
  EntryBody body;
};

struct VariableRecord {
  VariableSummary summary;
  EntryBody body;
};

// Entries are sorted by name, so that a change of one is a change of one place in the file.
struct Document {
  KeySection key;
  std::vector<ConnectionRecord> connections;  // by type, then alias
  std::vector<VariableRecord> variables;      // by key
};

// Reads the text of a whole file; the MAC is there afterwards for whoever has the key to check
// (store_contents.h). kDataLoss, always with the same message, for what is not exactly such a
// document; kFailedPrecondition for one of a later format version.
Result<Document> ParseDocument(std::string_view text);

// The text up to the MAC member.
Secret WriteDocument(const Document& document);

// Neither too cheap for a store nor out of CheckScryptCost()'s bounds. kInvalidArgument otherwise.
Status CheckStoreScryptCost(const ScryptCost& cost);

// The one answer to damage of any kind: it does not say which check failed.
Error DamagedStore();

}  // namespace injector
