#pragma once
// From the bytes of a token to the job that it stands for. The order: what the token looks like,
// whose it says to be, its claims, its signature, the issuer's rules from the first to the last.
// Nothing of it is believed before the signature; claims are looked at before so that a token that
// is useless anyway makes nobody ask for keys.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/clock.h"
#include "injector/service/job_tokens.h"
#include "injector/service/oidc/issuer_keys.h"
#include "injector/service/oidc/issuers_file.h"

namespace injector::oidc {

class Verifier final : public JobTokens {
 public:
  // Is told when an issuer's keys cannot be had.
  using Report = std::function<void(const std::string& issuer, const Error&)>;

  // `clock` must outlive it.
  Verifier(std::vector<Issuer> issuers, const Clock& clock, const Report& report,
           const KeyFetch& fetch = &FetchKeys);

  // One for other issuers. What is known here of the keys of an issuer that stays it knows too, so
  // that an issuer which is away just then costs nobody anything.
  std::unique_ptr<Verifier> WithIssuers(std::vector<Issuer> issuers) const;

  JobTokenVerdict Verify(std::string_view token) override;

  // As the file names them, for whoever checks them against the database.
  const std::vector<Issuer>& issuers() const { return issuers_; }

 private:
  // `before`: whose keys are known; may be nullptr.
  void Take(std::vector<Issuer> issuers, const Verifier* before);
  // nullptr: not those of this issuer.
  std::shared_ptr<IssuerKeys> KnownKeys(const Issuer& issuer) const;
  std::shared_ptr<IssuerKeys> NewKeys(const Issuer& issuer) const;

  const Clock& clock_;
  const Report report_;
  const KeyFetch fetch_;
  std::vector<Issuer> issuers_;
  std::vector<std::shared_ptr<IssuerKeys>> keys_;  // of each
};

}  // namespace injector::oidc
