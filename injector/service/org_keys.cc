#include "injector/service/org_keys.h"

#include "injector/crypto/hkdf.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/crypto/random.h"
#include "injector/service/stored_envelope.h"

namespace injector {
namespace {

constexpr std::size_t kKeySize = 32;

std::string ContextOf(const std::string& org_id) { return LengthPrefixed({"org key", org_id}); }

Result<OrgKeys> Derive(const Secret& org_key) {
  OrgKeys keys;
  ASSIGN_OR_RETURN(keys.audit, HkdfSha256(org_key, "", "injector audit chain v1", kKeySize));
  ASSIGN_OR_RETURN(keys.token, HkdfSha256(org_key, "", "injector token v1", kKeySize));
  ASSIGN_OR_RETURN(keys.attachment, HkdfSha256(org_key, "", "injector attachment v1", kKeySize));
  ASSIGN_OR_RETURN(keys.lease, HkdfSha256(org_key, "", "injector lease v1", kKeySize));
  ASSIGN_OR_RETURN(keys.once, HkdfSha256(org_key, "", "injector once v1", kKeySize));
  return keys;
}

}  // namespace

Result<Envelope> SealNewOrgKey(const KeyRing& ring, const std::string& org_id) {
  ASSIGN_OR_RETURN(const Secret key, RandomBytes(kKeySize));
  return SealEnvelope(ring, key.Reveal(), ContextOf(org_id));
}

Result<OrgKeys> OpenOrgKey(const KeyRing& ring, const Envelope& sealed, const std::string& org_id) {
  Result<Secret> key = OpenEnvelope(ring, sealed, ContextOf(org_id));
  if (!key.ok()) return std::move(key).error().WithContext("the key of org " + org_id);
  return Derive(*key);
}

Result<Envelope> RewrapOrgKey(const KeyRing& ring, const Envelope& sealed,
                              const std::string& org_id) {
  return RewrapEnvelope(ring, sealed, ContextOf(org_id));
}

Result<std::shared_ptr<const OrgKeys>> OrgKeyCache::Get(SqlSession& session, const KeyRing& ring,
                                                        const std::string& org_id) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = keys_.find(org_id); found != keys_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const SqlRow row, session.QueryOne("SELECT key_id, data_key_id, wrapped_key, "
                                                      "key_encrypted FROM orgs WHERE id = :1",
                                                      {org_id}, "org"));
  ASSIGN_OR_RETURN(OrgKeys derived, OpenOrgKey(ring, ReadEnvelope(row, 0), org_id));
  auto keys = std::make_shared<const OrgKeys>(std::move(derived));
  const std::lock_guard lock(mutex_);
  return keys_.emplace(org_id, std::move(keys)).first->second;
}

}  // namespace injector
