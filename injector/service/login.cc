#include "injector/service/login.h"

#include "injector/service/orgs.h"
#include "injector/service/token_text.h"
#include "injector/service/tokens.h"

namespace injector {
namespace {

using LoginResult = std::variant<Principal, Rejection>;

// A token's row and the hash that the secret at hand would have there.
struct Candidate {
  TokenRow row;
  Secret hash;
};

Result<std::optional<Candidate>> FindCandidate(SqlSession& session, Keys& keys,
                                               const TokenText& text) {
  Result<std::optional<TokenRow>> row = FindToken(session, text.prefix);
  if (!row.ok()) return std::move(row).error();
  if (!row->has_value()) return std::optional<Candidate>();
  ASSIGN_OR_RETURN(const auto org_keys, keys.Of(session, (*row)->org_id));
  ASSIGN_OR_RETURN(Secret hash, HashToken(org_keys->token, **row, text.secret));
  return std::optional<Candidate>(Candidate{.row = **std::move(row), .hash = std::move(hash)});
}

bool IsValid(const Candidate& candidate, TimePoint now) {
  const TokenRow& row = candidate.row;
  return Secret::ConstantTimeEquals(candidate.hash.Reveal(), row.hash) &&
         !row.info.revoked_at.has_value() && now < row.info.expires_at;
}

Principal PrincipalOf(TokenRow row) {
  TokenRequest& rights = row.info.rights;
  return Principal{.id = "token:" + row.info.id,
                   .org_id = std::move(row.org_id),
                   .role = rights.role,
                   .repos = std::move(rights.repos),
                   .environments = std::move(rights.environments),
                   .is_protected = rights.is_protected};
}

}  // namespace

Result<LoginResult> Login::Authenticate(std::string_view token, const std::string& source) {
  const std::optional<TokenText> text = TokenText::Parse(token);
  std::optional<Candidate> candidate;
  if (text) {
    Result<std::optional<Candidate>> found = desk_.database().Look<std::optional<Candidate>>(
        [&](SqlSession& session) { return FindCandidate(session, desk_.keys(), *text); });
    // A row that was altered until it cannot be read is a token that is not valid.
    if (!found.ok() && found.error().code() != ErrorCode::kDataLoss) {
      return std::move(found).error();
    }
    if (found.ok()) candidate = *std::move(found);
  }
  if (candidate && IsValid(*candidate, desk_.clock().Now())) {
    return LoginResult(PrincipalOf(std::move(candidate->row)));
  }
  const std::string org_id = candidate ? candidate->row.org_id : std::string(kServiceOrg);
  ASSIGN_OR_RETURN(const Rejection rejection, Reject(org_id, text ? text->prefix : "", source));
  return LoginResult(rejection);
}

Result<Rejection> Login::Reject(const std::string& org_id, const std::string& prefix,
                                const std::string& source) {
  const Rejection rejection{.retry_after = lockout_.CountFailure(source, prefix)};
  const std::optional<int> count = report_.CountFailure(source);
  if (!count) return rejection;
  RETURN_IF_ERROR(desk_.ledger().Run(org_id, "nobody", [&](Act& act) -> Status {
    AuditEvent event;
    event.action = "login";
    event.outcome = AuditEvent::Outcome::kRefused;
    event.reason = ErrorCodeName(ErrorCode::kUnauthenticated);
    event.details = {{"source", source}, {"prefix", prefix}, {"count", std::to_string(*count)}};
    act.Record(std::move(event));
    return {};
  }));
  return rejection;
}

}  // namespace injector
