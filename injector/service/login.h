#pragma once
// From a token to a principal. Everything about a token is checked at every call, against the
// database: a revoked one is refused at once, by every replica.

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "injector/base/result.h"
#include "injector/service/desk.h"
#include "injector/service/lockout.h"
#include "injector/service/principal.h"

namespace injector {

// The caller is not known (401); or, when retry_after is not zero, has failed too often (429).
struct Rejection {
  std::chrono::seconds retry_after{0};
};

class Login {
 public:
  explicit Login(Desk& desk)
      : desk_(desk), lockout_(desk.clock(), desk.limits()), report_(desk.clock()) {}

  // `source` is the address that the request came from. A valid token is never rejected, however
  // often others have failed from there. Errors are those of the database.
  Result<std::variant<Principal, Rejection>> Authenticate(std::string_view token,
                                                          const std::string& source);

 private:
  Result<Rejection> Reject(const std::string& org_id, const std::string& prefix,
                           const std::string& source);

  Desk& desk_;
  Lockout lockout_;
  FailureReport report_;
};

}  // namespace injector
