#pragma once
// One issuer whose keys the test hands out, a clock that is set by hand, and tokens.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "injector/base/clock.h"
#include "injector/service/oidc/verifier.h"
#include "tests/support/signed_tokens.h"

namespace injector::testing {

class HandClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return now_; }
  std::chrono::steady_clock::time_point Monotonic() const override { return monotonic_; }
  void Advance(std::chrono::seconds duration) {
    now_ += duration;
    monotonic_ += duration;
  }
  std::int64_t Seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()).count();
  }

 private:
  std::chrono::system_clock::time_point now_{std::chrono::seconds(1'767'225'600)};  // 2026-01-01
  std::chrono::steady_clock::time_point monotonic_{std::chrono::seconds(1000)};
};

inline constexpr std::string_view kIssuersFile = R"(
version: 1
issuers:
  - name: ci
    issuer: https://ci.example.com
    audiences: [https://credentials.example.com, injector]
    rules:
      - org: acme
        match: {/repository_id: "74"}
        repos: [acme/web]
)";

class OidcTest : public ::testing::Test {
 protected:
  OidcTest() { Use(kIssuersFile); }

  void Use(std::string_view file) {
    Result<std::vector<oidc::Issuer>> issuers = oidc::ParseIssuers(file, "issuers.yaml");
    ASSERT_TRUE(issuers.ok()) << issuers.error().message();
    verifier_ = std::make_unique<oidc::Verifier>(
        *std::move(issuers), clock_,
        [this](const std::string& issuer, const Error& error) {
          reports_.push_back(issuer + ": " + error.message());
        },
        [this](const oidc::KeySource&) -> Result<oidc::SigningKeys> {
          ++fetches_;
          if (published_.empty()) return Error(ErrorCode::kUnavailable, "nobody answers");
          return oidc::SigningKeys::Parse(published_);
        });
  }

  // `members`, in front of which stand the claims that every token needs and that it does not name.
  std::string Claims(std::string_view members = R"("repository_id":"74")") const {
    std::string text = "{" + std::string(members);
    const auto add = [&text](std::string_view name, const std::string& value) {
      const std::string key = '"' + std::string(name) + '"';
      if (text.find(key + ":") == std::string::npos) text += "," + key + ":" + value;
    };
    add("iss", R"("https://ci.example.com")");
    add("aud", R"("injector")");
    add("sub", R"("job:1")");
    add("iat", std::to_string(clock_.Seconds() - 10));
    add("exp", std::to_string(clock_.Seconds() + 300));
    return text + "}";
  }

  // The job, or why there is none.
  std::variant<JobIdentity, std::string> Verify(const std::string& token) {
    auto verdict = verifier_->Verify(token);
    if (const auto* later = std::get_if<JobTokenLater>(&verdict)) {
      retry_after_ = later->retry_after;
      return "unavailable";
    }
    if (const auto* refusal = std::get_if<JobTokenRefusal>(&verdict)) return refusal->why;
    return std::get<JobIdentity>(std::move(verdict));
  }
  // "" when it is taken.
  std::string WhyNot(const std::string& token) {
    const auto verdict = Verify(token);
    const auto* why = std::get_if<std::string>(&verdict);
    return why == nullptr ? "" : *why;
  }
  std::string WhyNotClaims(std::string_view members) { return WhyNot(SignToken(Claims(members))); }

  HandClock clock_;
  std::string published_ = KeySetOf({TestKey::kRsa1, TestKey::kEc1});
  int fetches_ = 0;
  std::chrono::seconds retry_after_{0};  // of the last "unavailable"
  std::vector<std::string> reports_;
  std::unique_ptr<oidc::Verifier> verifier_;
};

}  // namespace injector::testing
