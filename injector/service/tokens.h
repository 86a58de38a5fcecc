#pragma once
// Tokens: how people, runners and scripts prove who they are. The database keeps a MAC of the
// secret together with every right that the token gives, so that neither reading nor writing the
// database gives anybody a token, or a token more rights.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/service/desk.h"
#include "injector/service/once.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"
#include "injector/service/unix_time.h"

namespace injector {

struct TokenRequest {
  Role role = Role::kRunner;
  std::vector<std::string> repos = {};         // a runner's, at least one; nobody else's
  std::vector<std::string> environments = {};  // a runner's
  bool is_protected = false;                   // a runner's: for protected branches only
  std::optional<TimePoint> expires_at = {};    // when not said, as ServiceLimits says
};

struct TokenInfo {
  std::string id;
  std::string prefix;  // "inj_0123456789ab", by which people recognise it
  TokenRequest rights;
  std::string created_by;
  TimePoint created_at;
  TimePoint expires_at;
  std::optional<TimePoint> revoked_at;
};

struct NewToken {
  TokenInfo info;
  Secret token;  // cannot be had again
};

// A row of the table.
struct TokenRow {
  std::string org_id;
  TokenInfo info;
  std::string hash;
};

// What the column `hash` holds for this row and this secret.
Result<Secret> HashToken(const Secret& token_key, const TokenRow& row, const Secret& secret);

// The token of that prefix, in whatever org; nullopt when there is none. kDataLoss for a row that
// cannot be read.
Result<std::optional<TokenRow>> FindToken(SqlSession& session, const std::string& prefix);

// Makes a token within an act. kInvalidArgument for rights that do not fit the role, or an expiry
// in the past. Records it. `life`: when the request says nothing.
Result<NewToken> IssueToken(Act& act, const TokenRequest& request, std::chrono::seconds life);

class Tokens {
 public:
  explicit Tokens(Desk& desk) : desk_(desk) {}

  // Errors as IssueToken(). With `once`, kConflict when a token was made under that key before: it
  // cannot be shown again.
  Result<NewToken> Create(const Principal& principal, const TokenRequest& request,
                          const std::optional<OnceKey>& once = {});
  Result<Page<TokenInfo>> List(const Principal& principal, const PageRequest& page);
  // From now on the token is refused, and so are renewals of leases that it holds. kNotFound.
  // Revoking twice is no error.
  Status Revoke(const Principal& principal, const std::string& id);

 private:
  Desk& desk_;
};

}  // namespace injector
