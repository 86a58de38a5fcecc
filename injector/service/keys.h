#pragma once
// The master keys at work, and what they unwrap. The database knows every master key that has ever
// wrapped something in it by its fingerprint; a program that brings another one does not start.
//
// Several programs serve one database, and when a new key becomes the active one they do not all
// know it at the same moment. Two rules keep that from being noticed. Who meets a key that is not
// on the ring looks whether it has become the active one meanwhile, before giving up. And whoever
// wraps something does so with the key that is active in the database then, which stays the active
// one until that transaction ends: so nothing is wrapped by a key that has been superseded.
//
// Thread rule: any thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
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

// A master key that has ever been the active one.
struct KeyHistory {
  std::string id;     // its fingerprint
  std::string state;  // active, previous, retired
  TimePoint created_at;
  std::optional<TimePoint> retired_at;
  std::int64_t wrapped = 0;  // keys of orgs and versions that it wraps
};

// The newest first.
Result<std::vector<KeyHistory>> ReadKeyHistory(SqlSession& session);

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
  Result<bool> Refresh(SqlSession& session);

  std::shared_ptr<const KeyRing> ring() const;
  // The ring for whoever wraps. kUnavailable when the active key is not among ours. Requires:
  // `session` is in a writing transaction.
  Result<std::shared_ptr<const KeyRing>> RingToWrap(SqlSession& session);
  // From now on `key` wraps; the others go on unwrapping. See key_rotation.h.
  void Activate(MasterKey key);
  // kNotFound when there is no such org; kUnavailable when none of our keys has wrapped its key;
  // else errors as OpenOrgKey().
  Result<std::shared_ptr<const OrgKeys>> Of(SqlSession& session, const std::string& org_id);
  // Whether our keys open all that the database says they have to: kUnavailable, naming the
  // fingerprint needed, once another one wraps anything in it.
  Status CheckSuffice(SqlSession& session) const;
  // Refresh() for whoever has met a key that is not on the ring, and is no worse off when it is not
  // among ours either. Errors of the database.
  Status NoticeNewKey(SqlSession& session);

 private:
  Keys(KeyRing ring, std::vector<KeyText> texts)
      : texts_(std::move(texts)), ring_(std::make_shared<const KeyRing>(std::move(ring))) {}

  const std::vector<KeyText> texts_;
  mutable std::mutex mutex_;  // over ring_
  std::shared_ptr<const KeyRing> ring_;
  OrgKeyCache org_keys_;
};

}  // namespace injector
