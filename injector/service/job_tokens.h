#pragma once
// Tokens that the service has not issued: those by which CI systems and clusters say whose job it
// is that asks. Who verifies them is oidc/; the service knows what they say.

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace injector {

// What a verified token says of its job.
struct JobIdentity {
  std::string issuer;   // its name here, for the log
  std::string subject;  // whom the issuer says it is
  std::string org;      // name
  std::vector<std::string> repos = {};
  std::vector<std::string> environments = {};
  bool is_protected = false;
};

// Why a token is none. For the audit log, not for whoever sent it.
struct JobTokenRefusal {
  std::string why;      // nothing of the token is in it
  std::string issuer;   // its name here; empty: not known
  std::string subject;  // of a token that was verified, though nothing is for it; else empty
};

// Nobody can tell now whether the token is good.
struct JobTokenLater {
  std::string why;
  std::chrono::seconds retry_after{1};
};

using JobTokenVerdict = std::variant<JobIdentity, JobTokenRefusal, JobTokenLater>;

// Thread rule: any thread.
class JobTokens {
 public:
  virtual ~JobTokens() = default;

  // JobTokenLater when the issuer's keys cannot be had now. May block for as long as asking for
  // keys takes.
  virtual JobTokenVerdict Verify(std::string_view token) = 0;
};

}  // namespace injector
