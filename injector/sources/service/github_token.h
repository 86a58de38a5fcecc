#pragma once
// The token by which GitHub Actions says whose job this is: asked for at the runner's own address,
// as GitHub documents for its toolkit ("OpenID Connect reference", "Methods for requesting the OIDC
// token"): GET $ACTIONS_ID_TOKEN_REQUEST_URL&audience=AUDIENCE with the bearer token of
// $ACTIONS_ID_TOKEN_REQUEST_TOKEN answers {"value": JWT}. GitHub's last some minutes, so a new one
// is asked for when the last minute of one begins.

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "injector/base/clock.h"
#include "injector/sources/service/token_source.h"

namespace injector {

inline constexpr std::string_view kGithubTokenUrl = "ACTIONS_ID_TOKEN_REQUEST_URL";
inline constexpr std::string_view kGithubTokenBearer = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

class GithubTokenSource final : public TokenSource {
 public:
  struct Options {
    std::string url;  // https://, or http:// on this machine
    Secret bearer;
    std::string audience;
  };

  // `clock` must outlive it.
  GithubTokenSource(Options options, const Clock& clock)
      : options_(std::move(options)), clock_(clock) {}

  // kUnavailable when nobody answers, after three tries within 10 s; kDataLoss for an answer that
  // holds no token; else what http::CheckStatus() makes of the status.
  Result<Secret> Token(std::stop_token stop) override;

 private:
  Result<Secret> Ask(std::stop_token stop) const;

  const Options options_;
  const Clock& clock_;
  std::mutex mutex_;  // one question at a time
  Secret token_;
  std::chrono::system_clock::time_point good_until_;
};

// When a JSON Web Token (RFC 7519) ends by its own account, unverified; the epoch when it does not
// say.
std::chrono::system_clock::time_point EndOfToken(std::string_view token);

}  // namespace injector
