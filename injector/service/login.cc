#include "injector/service/login.h"

#include "injector/service/orgs.h"
#include "injector/service/token_text.h"
#include "injector/service/tokens.h"

namespace injector {
namespace {

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

// A job's, as its issuer calls it: "oidc:github:repo:acme/web:ref:refs/heads/main".
Principal PrincipalOf(JobIdentity job, std::string org_id) {
  return Principal{.id = "oidc:" + job.issuer + ":" + job.subject,
                   .org_id = std::move(org_id),
                   .role = Role::kRunner,
                   .repos = std::move(job.repos),
                   .environments = std::move(job.environments),
                   .is_protected = job.is_protected};
}

}  // namespace

Result<LoginVerdict> Login::Authenticate(std::string_view token, const std::string& source) {
  const std::optional<TokenText> text = TokenText::Parse(token);
  if (!text && job_tokens_ != nullptr) return AuthenticateJob(token, source);
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
    return LoginVerdict(PrincipalOf(std::move(candidate->row)));
  }
  const std::string prefix = text ? text->prefix : "";
  const std::string org_id = candidate ? candidate->row.org_id : std::string(kServiceOrg);
  ASSIGN_OR_RETURN(const Rejection rejection,
                   Reject({.kind = {.source = source, .org_id = org_id, .issuer = {}, .why = {}},
                           .prefix = prefix,
                           .details = {{"prefix", prefix}}}));
  return LoginVerdict(rejection);
}

Result<LoginVerdict> Login::AuthenticateJob(std::string_view token, const std::string& source) {
  JobTokenVerdict verdict = job_tokens_->Verify(token);
  if (auto* later = std::get_if<JobTokenLater>(&verdict)) {
    return LoginVerdict(
        LoginLater{.why = std::move(later->why), .retry_after = later->retry_after});
  }
  if (auto* job = std::get_if<JobIdentity>(&verdict)) {
    Result<std::string> org_id = FindOrg(desk_, job->org);
    if (org_id.ok()) return LoginVerdict(PrincipalOf(std::move(*job), *std::move(org_id)));
    if (org_id.error().code() != ErrorCode::kNotFound) return std::move(org_id).error();
    verdict = JobTokenRefusal{.why = "token: its rule names an org that is not there",
                              .issuer = std::move(job->issuer),
                              .subject = std::move(job->subject)};
  }
  const auto& refusal = std::get<JobTokenRefusal>(verdict);
  ASSIGN_OR_RETURN(const Rejection rejection, Reject({.kind = {.source = source,
                                                               .org_id = std::string(kServiceOrg),
                                                               .issuer = refusal.issuer,
                                                               .why = refusal.why},
                                                      .prefix = "oidc:" + refusal.issuer,
                                                      .details = {{"subject", refusal.subject}}}));
  return LoginVerdict(rejection);
}

Result<Rejection> Login::Reject(const Failure& failure) {
  const Rejection rejection{.retry_after =
                                lockout_.CountFailure(failure.kind.source, failure.prefix)};
  const std::optional<int> count = report_.CountFailure(failure.kind);
  if (count) RETURN_IF_ERROR(RecordFailures(failure.kind, failure.details, *count));
  return rejection;
}

Status Login::ReportFailures(FailureReport::Which which) {
  Status first;
  for (const FailureReport::Unreported& failures : report_.TakeUnreported(which)) {
    // One org's log that takes nothing keeps nothing out of the others'.
    Status recorded = RecordFailures(failures.kind, {}, failures.failures);
    if (first.ok()) first = std::move(recorded);
  }
  return first;
}

Status Login::RecordFailures(const FailureKind& kind, const Details& more, int count) {
  return desk_.ledger().Run(kind.org_id, "nobody", [&](Act& act) -> Status {
    AuditEvent event;
    event.action = "login";
    event.outcome = AuditEvent::Outcome::kRefused;
    event.reason = ErrorCodeName(ErrorCode::kUnauthenticated);
    event.details = {{"source", kind.source}};
    if (!kind.why.empty()) {
      event.details.insert(event.details.end(), {{"issuer", kind.issuer}, {"why", kind.why}});
    }
    event.details.insert(event.details.end(), more.begin(), more.end());
    event.details.emplace_back("count", std::to_string(count));
    act.Record(std::move(event));
    return {};
  });
}

}  // namespace injector
