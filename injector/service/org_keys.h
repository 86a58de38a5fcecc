#pragma once
// The keys of one org. Each is derived from the org's own random key, which the master key wraps:
// changing the master key changes none of them, so that chains and tokens stay valid.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/crypto/envelope.h"
#include "injector/service/store/sql_session.h"

namespace injector {

struct OrgKeys {
  Secret audit;       // links of the chain
  Secret token;       // hashes of tokens
  Secret attachment;  // MACs of attachments
  Secret lease;       // lease secrets and their hashes
  Secret once;        // hashes of idempotency keys and of the requests under them
};

// A new org's key, sealed for its row.
Result<Envelope> SealNewOrgKey(const KeyRing& ring, const std::string& org_id);

// The keys of the org whose row holds `sealed`. kDataLoss when that is not what SealNewOrgKey()
// made for it.
Result<OrgKeys> OpenOrgKey(const KeyRing& ring, const Envelope& sealed, const std::string& org_id);

// `sealed` wrapped by the ring's active key. Errors as OpenOrgKey().
Result<Envelope> RewrapOrgKey(const KeyRing& ring, const Envelope& sealed,
                              const std::string& org_id);

// Keys that have been unwrapped once. Thread rule: any thread.
class OrgKeyCache {
 public:
  // kNotFound when there is no such org; else errors as OpenOrgKey().
  Result<std::shared_ptr<const OrgKeys>> Get(SqlSession& session, const KeyRing& ring,
                                             const std::string& org_id);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const OrgKeys>, std::less<>> keys_;
};

}  // namespace injector
