#include "injector/service/access.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "injector/service/repo_name.h"

namespace injector {
namespace {

Principal WithRole(Role role) {
  Principal principal;
  principal.role = role;
  return principal;
}

// Every action, and who may do it: a(dmin), d(eveloper), r(unner).
const std::map<Operation, std::string> kAllowed = {
    {Operation::kReadConnections, "ad"}, {Operation::kCreateConnection, "a"},
    {Operation::kChangeConnection, "a"}, {Operation::kDeleteConnection, "a"},
    {Operation::kReadVariables, "ad"},   {Operation::kCreateVariable, "a"},
    {Operation::kChangeVariable, "a"},   {Operation::kDeleteVariable, "a"},
    {Operation::kReadAttachments, "ad"}, {Operation::kAttach, "a"},
    {Operation::kDetach, "a"},           {Operation::kReadTokens, "a"},
    {Operation::kCreateToken, "a"},      {Operation::kRevokeToken, "a"},
    {Operation::kReadAudit, "a"},        {Operation::kCreateGrant, "r"},
    {Operation::kRenewGrant, "r"},       {Operation::kWatchGrant, "r"},
    {Operation::kReportUse, "r"},        {Operation::kReleaseGrant, "r"},
};

TEST(Access, DecidesEveryActionForEveryRole) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kLastOperation); ++i) {
    const auto action = static_cast<Operation>(i);
    ASSERT_TRUE(kAllowed.contains(action)) << i;
    EXPECT_TRUE(names.insert(OperationName(action)).second) << OperationName(action);
    for (Role role : {Role::kAdmin, Role::kDeveloper, Role::kRunner}) {
      const Status status = Authorise(WithRole(role), action);
      const bool allowed = kAllowed.at(action).find(RoleName(role).front()) != std::string::npos;
      EXPECT_EQ(status.ok(), allowed) << RoleName(role) << " " << OperationName(action);
      if (status.ok()) continue;
      EXPECT_EQ(status.error().code(), ErrorCode::kPermissionDenied);
    }
  }
}

TEST(Access, BindsRunnersToTheirRepos) {
  Principal runner = WithRole(Role::kRunner);
  runner.repos = {"web", "acme/api"};
  EXPECT_TRUE(AuthoriseRepo(runner, "web").ok());
  EXPECT_TRUE(AuthoriseRepo(runner, "acme/api").ok());
  for (const char* repo : {"", "Web", "we", "web2", "*", "api"}) {
    EXPECT_EQ(AuthoriseRepo(runner, repo).error().code(), ErrorCode::kPermissionDenied) << repo;
  }
  EXPECT_TRUE(AuthoriseRepo(WithRole(Role::kAdmin), "any").ok());
}

struct ScopeRow {
  const char* name;
  AttachmentScope scope;
  std::vector<std::string> environments;
  bool is_protected;
  bool expected;
};

TEST(RepoName, IsNeitherAPathNorAnOption) {
  for (const char* good :
       {"web", "acme/web", "a/b/c", ".github", "_x", "a-b", "a..b", "0", "a/.b"}) {
    EXPECT_TRUE(CheckRepoName(good).ok()) << good;
  }
  for (const char* bad : {"", "/", "//", ".", "..", "-", "-rf", "a//b", "/a", "a/", "a/../b", "a/.",
                          "a/-b", "*", "a b", "a\\b", "a\nb"}) {
    EXPECT_EQ(CheckRepoName(bad).error().code(), ErrorCode::kInvalidArgument) << bad;
  }
  EXPECT_TRUE(CheckRepoName(std::string(255, 'a')).ok());
  EXPECT_FALSE(CheckRepoName(std::string(256, 'a')).ok());
}

TEST(Access, KeepsAttachmentsInScope) {
  const ScopeRow rows[] = {
      {"no limits", {{}, false}, {}, false, true},
      {"no limits, bound caller", {{}, false}, {"prod"}, true, true},
      {"environment fits", {{"prod"}, false}, {"prod"}, false, true},
      {"one of several fits", {{"prod", "test"}, false}, {"dev", "test"}, false, true},
      {"other environment", {{"prod"}, false}, {"dev"}, false, false},
      {"caller without environment", {{"prod"}, false}, {}, false, false},
      {"case matters", {{"prod"}, false}, {"Prod"}, false, false},
      {"protected", {{}, true}, {}, true, true},
      {"not protected", {{}, true}, {}, false, false},
      {"protected in other environment", {{"prod"}, true}, {"dev"}, true, false},
      {"both fit", {{"prod"}, true}, {"prod"}, true, true},
  };
  for (const ScopeRow& row : rows) {
    Principal runner = WithRole(Role::kRunner);
    runner.environments = row.environments;
    runner.is_protected = row.is_protected;
    EXPECT_EQ(IsInScope(runner, row.scope), row.expected) << row.name;
  }
}

}  // namespace
}  // namespace injector
