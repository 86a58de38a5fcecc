#include "injector/service/oidc/verifier.h"

#include <algorithm>
#include <utility>

#include "injector/service/oidc/json_web_token.h"

namespace injector::oidc {
namespace {

// The issuer that the token says to be of; issuers.size() for none.
std::size_t IssuerOf(const JsonWebToken& token, const std::vector<Issuer>& issuers) {
  const Value* claim = token.claims.Find("iss");
  const bool is_text = claim != nullptr && claim->kind() == Value::Kind::kString;
  const std::string_view url = is_text ? claim->string().Reveal() : std::string_view();
  const auto found = std::find_if(issuers.begin(), issuers.end(), [url](const Issuer& issuer) {
    return issuer.expected.issuer == url;
  });
  return static_cast<std::size_t>(found - issuers.begin());
}

Status VerifySignature(const JsonWebToken& token, IssuerKeys& keys) {
  ASSIGN_OR_RETURN(const SigningKey key, keys.Find(token.key_id));
  if (token.algorithm != key.algorithm) return Refused("its alg is not that of its key");
  return IsSignedBy(token, key) ? Status() : Refused("its signature does not fit");
}

JobTokenVerdict Judge(const Issuer& issuer, const JsonWebToken& token) {
  for (const Rule& rule : issuer.rules) {
    if (std::optional<JobIdentity> job = Apply(rule, token.claims)) {
      job->issuer = issuer.name;
      return *std::move(job);
    }
  }
  return JobTokenRefusal{.why = Refused("no rule takes its claims").message(),
                         .issuer = issuer.name,
                         .subject = SubjectOf(token.claims)};
}

}  // namespace

Verifier::Verifier(std::vector<Issuer> issuers, const Clock& clock, const Report& report,
                   const KeyFetch& fetch)
    : clock_(clock), report_(report), fetch_(fetch) {
  Take(std::move(issuers), nullptr);
}

std::unique_ptr<Verifier> Verifier::WithIssuers(std::vector<Issuer> issuers) const {
  auto next = std::make_unique<Verifier>(std::vector<Issuer>(), clock_, report_, fetch_);
  next->Take(std::move(issuers), this);
  return next;
}

void Verifier::Take(std::vector<Issuer> issuers, const Verifier* before) {
  issuers_ = std::move(issuers);
  for (const Issuer& issuer : issuers_) {
    std::shared_ptr<IssuerKeys> known = before == nullptr ? nullptr : before->KnownKeys(issuer);
    keys_.push_back(known != nullptr ? std::move(known) : NewKeys(issuer));
  }
}

std::shared_ptr<IssuerKeys> Verifier::KnownKeys(const Issuer& issuer) const {
  for (std::size_t i = 0; i < issuers_.size(); ++i) {
    if (issuers_[i].name == issuer.name && issuers_[i].keys == issuer.keys) return keys_[i];
  }
  return nullptr;
}

std::shared_ptr<IssuerKeys> Verifier::NewKeys(const Issuer& issuer) const {
  return std::make_shared<IssuerKeys>(
      issuer.keys, fetch_, clock_,
      [report = report_, name = issuer.name](const Error& error) { report(name, error); });
}

JobTokenVerdict Verifier::Verify(std::string_view text) {
  const Result<JsonWebToken> token = JsonWebToken::Parse(text);
  if (!token.ok()) {
    return JobTokenRefusal{.why = token.error().message(), .issuer = {}, .subject = {}};
  }
  const std::size_t index = IssuerOf(*token, issuers_);
  if (index == issuers_.size()) {
    return JobTokenRefusal{
        .why = Refused("its iss is not known here").message(), .issuer = {}, .subject = {}};
  }
  const Issuer& issuer = issuers_[index];
  Status verified = CheckClaims(token->claims, issuer.expected, clock_.Now());
  if (verified.ok()) verified = VerifySignature(*token, *keys_[index]);
  if (verified.ok()) return Judge(issuer, *token);
  if (verified.error().code() == ErrorCode::kUnavailable) {
    return JobTokenLater{.why = verified.error().message(),
                         .retry_after = keys_[index]->UntilNextQuestion()};
  }
  return JobTokenRefusal{.why = verified.error().message(), .issuer = issuer.name, .subject = {}};
}

}  // namespace injector::oidc
