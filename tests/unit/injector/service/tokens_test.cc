#include "injector/service/tokens.h"

#include <gtest/gtest.h>

#include "injector/service/lockout.h"
#include "injector/service/login.h"
#include "injector/service/token_text.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

constexpr const char* kSource = "192.0.2.7";

class TokensTest : public testing::ServiceFixture {
 protected:
  LoginVerdict LogIn(const Secret& token) {
    return login_.Authenticate(token.Reveal(), kSource).value();
  }
  bool IsAccepted(const Secret& token) { return std::holds_alternative<Principal>(LogIn(token)); }
  NewToken MakeRunnerToken() {
    return tokens()
        .Create(Admin(), {.role = Role::kRunner,
                          .repos = {"web"},
                          .environments = {"production"},
                          .is_protected = true})
        .value();
  }

  Login login_{*desk_};
};

INSTANTIATE_TEST_SUITE_P(, TokensTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(TokensTest, SaysWhoTheHolderIs) {
  const NewToken made = MakeRunnerToken();
  const auto principal = std::get<Principal>(LogIn(made.token));
  EXPECT_EQ(principal.id, "token:" + made.info.id);
  EXPECT_EQ(principal.org_id, org_);
  EXPECT_EQ(principal.role, Role::kRunner);
  EXPECT_EQ(principal.repos, std::vector<std::string>{"web"});
  EXPECT_EQ(principal.environments, std::vector<std::string>{"production"});
  EXPECT_TRUE(principal.is_protected);
  EXPECT_EQ(made.info.expires_at, clock_.Now() + kDefaultTokenLife);
}

TEST_P(TokensTest, IsOverWhenExpiredOrRevoked) {
  const NewToken expiring = MakeRunnerToken();
  const NewToken revoked = MakeRunnerToken();
  ASSERT_TRUE(tokens().Revoke(Admin(), revoked.info.id).ok());
  EXPECT_FALSE(IsAccepted(revoked.token));
  EXPECT_TRUE(tokens().Revoke(Admin(), revoked.info.id).ok());
  EXPECT_EQ(tokens().Revoke(OtherAdmin(), expiring.info.id).error().code(), ErrorCode::kNotFound);
  clock_.Advance(kDefaultTokenLife - std::chrono::seconds(1));
  EXPECT_TRUE(IsAccepted(expiring.token));
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_FALSE(IsAccepted(expiring.token));
  EXPECT_EQ(Finding(), "");
}

TEST_P(TokensTest, RefusesRightsThatDoNotFit) {
  const TokenRequest requests[] = {
      {.role = Role::kRunner},
      {.role = Role::kRunner, .repos = {"no spaces"}},
      {.role = Role::kRunner, .repos = {"*"}},
      {.role = Role::kAdmin, .repos = {"web"}},
      {.role = Role::kDeveloper, .environments = {"production"}},
      {.role = Role::kAdmin, .is_protected = true},
      {.role = Role::kAdmin, .expires_at = clock_.Now()},
  };
  for (const TokenRequest& request : requests) {
    EXPECT_EQ(tokens().Create(Admin(), request).error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(tokens().Create(Developer(), {.role = Role::kAdmin}).error().code(),
            ErrorCode::kPermissionDenied);
}

// The row is bound whole: nobody gets another right by writing into it.
TEST_P(TokensTest, RefusesARowThatWasAltered) {
  const char* alterations[] = {
      "UPDATE tokens SET role = 'admin' WHERE id = :1",
      "UPDATE tokens SET repos = '[\"web\",\"api\"]' WHERE id = :1",
      "UPDATE tokens SET environments = '[]' WHERE id = :1",
      "UPDATE tokens SET is_protected = 0 WHERE id = :1",
      "UPDATE tokens SET expires_at = expires_at + 1 WHERE id = :1",
      "UPDATE tokens SET role = 'god' WHERE id = :1",
      "UPDATE tokens SET repos = 'no list' WHERE id = :1",
      "UPDATE tokens SET org_id = (SELECT id FROM orgs WHERE name = 'other') WHERE id = :1",
      "UPDATE tokens SET id = 'another' WHERE id = :1",
  };
  for (const char* alteration : alterations) {
    const NewToken made = MakeRunnerToken();
    ASSERT_TRUE(IsAccepted(made.token));
    ASSERT_EQ(Tamper(alteration, {made.info.id}), 1);
    EXPECT_FALSE(IsAccepted(made.token)) << alteration;
  }
}

// Undoing a revocation leaves a token that is right in itself; the log knows better.
TEST_P(TokensTest, TheLogShowsARevocationThatWasUndone) {
  const NewToken made = MakeRunnerToken();
  ASSERT_TRUE(tokens().Revoke(Admin(), made.info.id).ok());
  Tamper("UPDATE tokens SET revoked_at = NULL WHERE id = :1", {made.info.id});
  EXPECT_EQ(Finding(), "token " + made.info.id + " is valid, by the log revoked");
}

TEST_P(TokensTest, KeepsNoTokenInTheDatabase) {
  const NewToken made = MakeRunnerToken();
  const TokenText text = TokenText::Parse(made.token.Reveal()).value();
  EXPECT_EQ(Number("SELECT count(*) FROM tokens WHERE hash = :1", {text.secret.Reveal()}), 0);
  EXPECT_EQ(files_.FileBytes().find(text.secret.Reveal()), std::string::npos);
}

TEST_P(TokensTest, ListsWithoutSecrets) {
  MakeRunnerToken();
  const Page<TokenInfo> page = tokens().List(Admin(), {}).value();
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].rights.repos, std::vector<std::string>{"web"});
  EXPECT_TRUE(tokens().List(OtherAdmin(), {}).value().items.empty());
}

TEST_P(TokensTest, LocksOutFailuresButNeverTheHolder) {
  const NewToken made = MakeRunnerToken();
  std::string wrong(made.token.Reveal());
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  const Secret wrong_token = Secret::CopyOf(wrong);
  for (int i = 0; i < kLockoutFailures; ++i) {
    EXPECT_EQ(std::get<Rejection>(LogIn(wrong_token)).retry_after.count(), 0);
  }
  EXPECT_EQ(std::get<Rejection>(LogIn(wrong_token)).retry_after, kLockoutWindow);
  EXPECT_TRUE(IsAccepted(made.token));
  clock_.Advance(std::chrono::minutes(10));
  EXPECT_EQ(std::get<Rejection>(LogIn(wrong_token)).retry_after, std::chrono::minutes(5));
  clock_.Advance(std::chrono::minutes(5));
  EXPECT_EQ(std::get<Rejection>(LogIn(wrong_token)).retry_after.count(), 0);
}

TEST_P(TokensTest, RecordsFailuresOnceASourceAndMinute) {
  const NewToken made = MakeRunnerToken();
  std::string wrong(made.token.Reveal());
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  const std::int64_t before = Verify().events;
  for (int i = 0; i < 4; ++i) LogIn(Secret::CopyOf(wrong));
  EXPECT_EQ(Verify().events, before + 1);
  clock_.Advance(std::chrono::minutes(1));
  LogIn(Secret::CopyOf(wrong));
  const auto page = AuditLog(*desk_).List(Admin(), {}, {.after = "", .limit = 1}).value();
  const std::pair<std::string, std::string> count{"count", "4"};
  EXPECT_EQ(page.items[0].event.details.back(), count);
  LogIn(Secret::CopyOf("not a token"));
  LogIn(Secret::CopyOf(""));
  EXPECT_EQ(Verify().events, before + 2);
  EXPECT_TRUE(VerifyAudit(*desk_, std::string(kServiceOrg)).value().findings.empty());
}

// Nobody fails again who would bring the count into the log.
TEST_P(TokensTest, RecordsFailuresThatNothingFollows) {
  const NewToken made = MakeRunnerToken();
  std::string wrong(made.token.Reveal());
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (int i = 0; i < 40; ++i) LogIn(Secret::CopyOf(wrong));
  const std::int64_t events = Verify().events;
  using Which = FailureReport::Which;
  ASSERT_TRUE(login_.ReportFailures(Which::kOfAMinuteAgo).ok());
  EXPECT_EQ(Verify().events, events);
  clock_.Advance(std::chrono::minutes(1));
  ASSERT_TRUE(login_.ReportFailures(Which::kOfAMinuteAgo).ok());
  const auto page = AuditLog(*desk_).List(Admin(), {}, {.after = "", .limit = 1}).value();
  EXPECT_EQ(page.items[0].event.action, "login");
  const std::pair<std::string, std::string> count{"count", "39"};
  EXPECT_EQ(page.items[0].event.details.back(), count);
  LogIn(Secret::CopyOf(wrong));
  ASSERT_TRUE(login_.ReportFailures(Which::kAll).ok());
  ASSERT_TRUE(login_.ReportFailures(Which::kAll).ok());
  EXPECT_EQ(Verify().events, events + 2);
}

// One address, of a proxy or a cluster, may bring the failures of many.
TEST_P(TokensTest, RecordsFailuresInTheLogOfTheirOrgAlone) {
  const auto wrong = [](const NewToken& made) {
    std::string text(made.token.Reveal());
    text.back() = text.back() == '0' ? '1' : '0';
    return Secret::CopyOf(text);
  };
  const Secret ours = wrong(MakeRunnerToken());
  const Secret theirs =
      wrong(tokens().Create(OtherAdmin(), {.role = Role::kRunner, .repos = {"web"}}).value());
  for (int i = 0; i < 3; ++i) LogIn(ours);
  for (int i = 0; i < 5; ++i) LogIn(theirs);
  ASSERT_TRUE(login_.ReportFailures(FailureReport::Which::kAll).ok());
  const auto counts = [this](const Principal& admin) {
    std::vector<std::string> texts;
    const auto page = AuditLog(*desk_).List(admin, {}, {.after = "", .limit = 2}).value();
    for (const AuditRecord& record : page.items)
      texts.push_back(record.event.details.back().second);
    return texts;
  };
  EXPECT_EQ(counts(Admin()), (std::vector<std::string>{"2", "1"}));
  EXPECT_EQ(counts(OtherAdmin()), (std::vector<std::string>{"4", "1"}));
}

TEST_P(TokensTest, RecordsFailuresOfOneOrgThoughAnothersLogIsBroken) {
  const NewToken ours = MakeRunnerToken();
  const NewToken theirs =
      tokens().Create(OtherAdmin(), {.role = Role::kRunner, .repos = {"web"}}).value();
  const auto fail_twice = [this](const NewToken& made, const char* source) {
    std::string wrong(made.token.Reveal());
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(login_.Authenticate(wrong, source).ok());
  };
  fail_twice(theirs, "192.0.2.6");
  fail_twice(ours, kSource);
  fail_twice(theirs, "192.0.2.8");
  const std::int64_t before = Verify().events;
  ASSERT_EQ(Tamper("DELETE FROM audit_heads WHERE org_id = :1", {other_org_}), 1);
  EXPECT_FALSE(login_.ReportFailures(FailureReport::Which::kAll).ok());
  EXPECT_EQ(Verify().events, before + 1);
}

TEST(TokenText, TakesOnlyItsOwnShape) {
  const TokenText made = TokenText::Generate().value();
  const std::string text(made.ToText().Reveal());
  ASSERT_TRUE(TokenText::Parse(text).has_value());
  EXPECT_EQ(TokenText::Parse(text)->secret.size(), 64U);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(TokenText::Parse(text.substr(0, length)).has_value()) << length;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = 'Z';
    EXPECT_FALSE(TokenText::Parse(changed).has_value()) << i;
  }
  EXPECT_FALSE(TokenText::Parse(text + "0").has_value());
}

}  // namespace
}  // namespace injector
