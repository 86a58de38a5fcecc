#pragma once
// Which jobs a verified token stands for: rules from claims to org, repos, environments. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/model/value.h"
#include "injector/service/job_tokens.h"
#include "injector/service/oidc/claims.h"

namespace injector::oidc {

// A claim that must be one of these texts, exactly.
struct ClaimMatch {
  ClaimPointer claim;
  std::vector<std::string> texts;
};

struct Rule {
  std::string org;
  std::vector<ClaimMatch> matches;  // all of them
  // Each is said by the rule, or by a claim of the token.
  std::vector<std::string> repos = {};
  std::optional<ClaimPointer> repo_claim = {};
  std::vector<std::string> environments = {};
  std::optional<ClaimPointer> environment_claim = {};  // a job that has none is in no environment
  bool is_protected = false;
  std::optional<ClaimPointer> protected_claim = {};  // true, or the text "true"
};

// Whether the rule checks a claim that nobody but the issuer can choose: repository_id,
// repository_owner_id (GitHub), project_id, namespace_id (GitLab), namespace and name of the
// service account (Kubernetes), or all of `sub`. Names of repos, branches and workflows are chosen
// by whoever signs up with the issuer.
bool ChecksIdentity(const Rule& rule);

// Whether the one such claim is a `sub` made of names, as those of GitHub ("repo:acme/web:…") and
// GitLab ("project_path:acme/web:…") are: of a name that was given up whoever takes it gets the
// same. The issuer may have other subjects, so it is for people to judge.
bool IdentifiesByNames(const Rule& rule);

// The job of the claims, if the rule takes them; its issuer is left empty. A rule whose repo_claim
// is not there, or names no repo, does not. Requires: the claims are verified.
std::optional<JobIdentity> Apply(const Rule& rule, const Value& claims);

}  // namespace injector::oidc
