#include "injector/cli/service/service_oidc.h"

#include <set>
#include <utility>
#include <vector>

#include "injector/rest/json_object.h"
#include "injector/service/orgs.h"

namespace injector {
namespace {

// A rule for an org that is not there would refuse its jobs without a word to anybody here.
Status CheckOrgs(Desk& desk, const std::vector<oidc::Issuer>& issuers) {
  std::set<std::string> names;
  for (const oidc::Issuer& issuer : issuers) {
    for (const oidc::Rule& rule : issuer.rules) names.insert(rule.org);
  }
  for (const std::string& name : names) {
    Result<std::string> id = FindOrg(desk, name);
    if (id.ok()) continue;
    if (id.error().code() != ErrorCode::kNotFound) return std::move(id).error();
    return Error(ErrorCode::kNotFound, "a rule names the org " + name + ", which is not there")
        .WithHint("`injector service init --org " + name + "` makes it");
  }
  return {};
}

Result<std::vector<oidc::Issuer>> ReadChecked(Desk& desk, const std::string& path) {
  Result<std::vector<oidc::Issuer>> issuers = oidc::ReadIssuers(path);
  if (!issuers.ok()) return std::move(issuers).error().WithContext("--oidc");
  Status known = CheckOrgs(desk, *issuers);
  if (!known.ok()) return std::move(known).error().WithContext("--oidc: " + path);
  return issuers;
}

void TellWarnings(const std::vector<oidc::Issuer>& issuers, const std::string& path,
                  rest::Log& log) {
  for (const oidc::Issuer& issuer : issuers) {
    for (const oidc::Warning& warning : issuer.warnings) {
      rest::ObjectBuilder members;
      members.Add("issuer", issuer.name);
      members.Add("message", ErrorAt(path, warning.position, warning.message).message());
      log.Write(rest::Log::Level::kWarning, "oidc.rule", std::move(members));
    }
  }
}

}  // namespace

Result<std::unique_ptr<JobTokensFile>> JobTokensFile::Open(Desk& desk, const std::string& path,
                                                           rest::Log& log) {
  ASSIGN_OR_RETURN(std::vector<oidc::Issuer> issuers, ReadChecked(desk, path));
  TellWarnings(issuers, path, log);
  const auto report = [&log](const std::string& issuer, const Error& error) {
    rest::ObjectBuilder members;
    members.Add("issuer", issuer).Add("code", ErrorCodeName(error.code()));
    members.Add("message", error.message());
    log.Write(rest::Log::Level::kWarning, "oidc.keys_unavailable", std::move(members));
  };
  return std::unique_ptr<JobTokensFile>(new JobTokensFile(
      desk, path, log, std::make_shared<oidc::Verifier>(std::move(issuers), desk.clock(), report)));
}

Status JobTokensFile::Reload() {
  ASSIGN_OR_RETURN(std::vector<oidc::Issuer> issuers, ReadChecked(desk_, path_));
  TellWarnings(issuers, path_, log_);
  std::shared_ptr<oidc::Verifier> next = current()->WithIssuers(std::move(issuers));
  const std::lock_guard lock(mutex_);
  verifier_ = std::move(next);
  return {};
}

}  // namespace injector
