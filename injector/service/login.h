#pragma once
// From a token to a principal. Everything about a token is checked at every call, against the
// database: a revoked one is refused at once, by every replica. A token that is none of ours may be
// a job's (job_tokens.h).

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/desk.h"
#include "injector/service/job_tokens.h"
#include "injector/service/lockout.h"
#include "injector/service/principal.h"

namespace injector {

// The caller is not known (401); or, when retry_after is not zero, has failed too often (429).
struct Rejection {
  std::chrono::seconds retry_after{0};
};

// Nobody can tell now who the caller is (503).
struct LoginLater {
  std::string why;
  std::chrono::seconds retry_after{1};
};

using LoginVerdict = std::variant<Principal, Rejection, LoginLater>;

class Login {
 public:
  // `job_tokens`: nullptr when only our own tokens are taken. Both must outlive it.
  explicit Login(Desk& desk, JobTokens* job_tokens = nullptr)
      : desk_(desk),
        job_tokens_(job_tokens),
        lockout_(desk.clock(), desk.limits()),
        report_(desk.clock()) {}

  // `source` is the address that the request came from. A valid token is never rejected, however
  // often others have failed from there. Errors are those of the database.
  Result<LoginVerdict> Authenticate(std::string_view token, const std::string& source);

  // Records failures that were counted and are not in the log yet (FailureReport). Errors are those
  // of the database; what was not recorded then is lost.
  Status ReportFailures(FailureReport::Which which);

 private:
  using Details = std::vector<std::pair<std::string, std::string>>;
  struct Failure {
    FailureKind kind;
    std::string prefix;  // failures with this are locked out together
    Details details;     // beside what `kind` says
  };

  Result<LoginVerdict> AuthenticateJob(std::string_view token, const std::string& source);
  Result<Rejection> Reject(const Failure& failure);
  Status RecordFailures(const FailureKind& kind, const Details& more, int count);

  Desk& desk_;
  JobTokens* const job_tokens_;
  Lockout lockout_;
  FailureReport report_;
};

}  // namespace injector
