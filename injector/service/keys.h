#pragma once
// The master keys at work, and what they unwrap. The database knows every master key that has ever
// wrapped something in it by its fingerprint; a program that brings another one does not start.
//
// Thread rule: any thread.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/crypto/key.h"
#include "injector/crypto/key_ring.h"
#include "injector/service/org_keys.h"
#include "injector/service/store/database.h"
#include "injector/service/unix_time.h"

namespace injector {

// Records `text`'s key as the active one of a database that has none. kConflict when the key has
// been used there before, or there is an active one.
Result<MasterKey> InsertActiveKey(SqlSession& session, const KeyText& text, TimePoint now);

class Keys {
 public:
  // Checks `key` against the database; an empty database takes it as its first. `more` are other
  // keys that it may need: older ones that still wrap something while a rotation is under way, and
  // the one that comes next. kFailedPrecondition, naming the fingerprint needed, when none of them
  // is the active one, or a previous one is missing.
  static Result<std::unique_ptr<Keys>> Open(Database& database, const KeyText& key,
                                            const std::vector<KeyText>& more, const Clock& clock);

  // Looks whether another program has made another key the active one, and takes it into use.
  // Whether it has; errors as Open().
  Result<bool> Refresh(Database& database);

  std::shared_ptr<const KeyRing> ring() const;
  // From now on `key` wraps; the others go on unwrapping. See key_rotation.h.
  void Activate(MasterKey key);
  Result<std::shared_ptr<const OrgKeys>> Of(SqlSession& session, const std::string& org_id) {
    return org_keys_.Get(session, *ring(), org_id);
  }

 private:
  Keys(KeyRing ring, std::vector<KeyText> texts)
      : texts_(std::move(texts)), ring_(std::make_shared<const KeyRing>(std::move(ring))) {}

  const std::vector<KeyText> texts_;
  mutable std::mutex mutex_;  // over ring_
  std::shared_ptr<const KeyRing> ring_;
  OrgKeyCache org_keys_;
};

}  // namespace injector
