#include "injector/service/oidc/rule.h"

#include <algorithm>
#include <array>

#include "injector/service/repo_name.h"

namespace injector::oidc {
namespace {

// Numbers that an issuer gives once.
constexpr std::array<std::string_view, 4> kIdentityClaims = {
    "/repository_id", "/repository_owner_id", "/project_id", "/namespace_id"};
constexpr std::string_view kSubject = "/sub";
constexpr std::array<std::string_view, 2> kSubjectsOfNames = {"repo:", "project_path:"};
constexpr std::string_view kNamespace = "/kubernetes.io/namespace";
constexpr std::string_view kServiceAccount = "/kubernetes.io/serviceaccount/name";

bool Checks(const Rule& rule, std::string_view claim) {
  return std::any_of(rule.matches.begin(), rule.matches.end(),
                     [claim](const ClaimMatch& match) { return match.claim.text() == claim; });
}

bool ChecksNumber(const Rule& rule) {
  return std::any_of(kIdentityClaims.begin(), kIdentityClaims.end(),
                     [&rule](std::string_view claim) { return Checks(rule, claim); });
}

bool IsOfNames(const std::string& subject) {
  return std::any_of(kSubjectsOfNames.begin(), kSubjectsOfNames.end(),
                     [&subject](std::string_view start) { return subject.starts_with(start); });
}

bool IsMet(const ClaimMatch& match, const Value& claims) {
  const std::optional<std::string> text = match.claim.Text(claims);
  return text && std::find(match.texts.begin(), match.texts.end(), *text) != match.texts.end();
}

}  // namespace

bool ChecksIdentity(const Rule& rule) {
  return ChecksNumber(rule) || Checks(rule, kSubject) ||
         (Checks(rule, kNamespace) && Checks(rule, kServiceAccount));
}

bool IdentifiesByNames(const Rule& rule) {
  if (ChecksNumber(rule)) return false;
  return std::any_of(rule.matches.begin(), rule.matches.end(), [](const ClaimMatch& match) {
    return match.claim.text() == kSubject &&
           std::any_of(match.texts.begin(), match.texts.end(), &IsOfNames);
  });
}

std::optional<JobIdentity> Apply(const Rule& rule, const Value& claims) {
  if (!std::all_of(rule.matches.begin(), rule.matches.end(),
                   [&claims](const ClaimMatch& match) { return IsMet(match, claims); })) {
    return std::nullopt;
  }
  JobIdentity job{.issuer = {},
                  .subject = SubjectOf(claims),
                  .org = rule.org,
                  .repos = rule.repos,
                  .environments = rule.environments,
                  .is_protected = rule.is_protected};
  if (rule.repo_claim) {
    const std::optional<std::string> repo = rule.repo_claim->Text(claims);
    // "*" above all, which would be every repo of the org.
    if (!repo || !CheckRepoName(*repo).ok()) return std::nullopt;
    job.repos = {*repo};
  }
  if (rule.environment_claim) {
    const std::optional<std::string> environment = rule.environment_claim->Text(claims);
    if (environment) job.environments = {*environment};
  }
  if (rule.protected_claim) {
    job.is_protected = rule.protected_claim->Text(claims).value_or("") == "true";
  }
  return job;
}

}  // namespace injector::oidc
