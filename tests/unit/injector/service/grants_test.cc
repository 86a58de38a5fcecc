#include "injector/service/grants.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using testing::kPassword;
using testing::PasswordOf;

class GrantsTest : public testing::ServiceFixture {
 protected:
  Error Refusal(const Principal& principal, const GrantRequest& request) {
    return grants().Create(principal, request).error();
  }
};

INSTANTIATE_TEST_SUITE_P(, GrantsTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(GrantsTest, HandsOutWhatIsAttached) {
  MakeAttached("main");
  const Grant grant = grants().Create(Runner(), Ask({"@postgres.main"})).value();
  ASSERT_EQ(grant.things.connections.size(), 1U);
  EXPECT_EQ(PasswordOf(grant.things.connections[0]), kPassword);
  EXPECT_EQ(grant.things.connections[0].version, 1U);
  EXPECT_EQ(grant.expires_at, clock_.Now() + kLeaseLife);
  EXPECT_EQ(NewestEvents(1).front(), "grant.create done");
  EXPECT_EQ(Finding(), "");
}

TEST_P(GrantsTest, ResolvesEveryKindOfReference) {
  MakeAttached("main");
  MakeAttached("default");
  for (const char* reference : {"main", "@postgres.main", "@postgres"}) {
    EXPECT_TRUE(grants().Create(Runner(), Ask({reference})).ok()) << reference;
  }
  EXPECT_EQ(grants().Create(Runner(), Ask({"@postgres"})).value().things.connections[0].name.alias,
            "default");
}

TEST_P(GrantsTest, AnswersAllOrNothing) {
  MakeAttached("main");
  const std::int64_t before = Number("SELECT count(*) FROM leases");
  EXPECT_TRUE(IsNotGranted(Refusal(Runner(), Ask({"main", "nowhere"}))));
  EXPECT_EQ(Number("SELECT count(*) FROM leases"), before);
}

// Whoever asks cannot tell from the answer what there is.
TEST_P(GrantsTest, RefusesUnattachedAndUnknownAlike) {
  MakeConnection("unattached");
  MakeAttached("elsewhere", "api");
  const Error unknown = Refusal(Runner(), Ask({"unknown"}));
  for (const char* reference :
       {"unattached", "elsewhere", "@postgres.unattached", "@postgres", "@mysql.unknown"}) {
    const Error error = Refusal(Runner(), Ask({reference}));
    EXPECT_TRUE(IsNotGranted(error)) << reference;
    EXPECT_EQ(error.message(), unknown.message());
    EXPECT_EQ(error.hint(), unknown.hint());
    EXPECT_EQ(NewestEvents(1).front(), "grant.create refused not_granted");
  }
}

TEST_P(GrantsTest, ListsWhatIsOptionalAndAbsent) {
  MakeAttached("main");
  GrantRequest request = Ask({"main", "nowhere"});
  request.connections[1].presence = Presence::kOptional;
  const Grant grant = grants().Create(Runner(), request).value();
  EXPECT_EQ(grant.things.connections.size(), 1U);
  EXPECT_EQ(grant.absent, std::vector<std::string>{"nowhere"});
}

TEST_P(GrantsTest, GivesEverythingAttachedOnce) {
  const std::string both = MakeAttached("both");
  ASSERT_TRUE(attachments().Attach(Admin(), "*", {.id = both}, {}).ok());
  const std::string everywhere = MakeConnection("everywhere");
  ASSERT_TRUE(attachments().Attach(Admin(), "*", {.id = everywhere}, {}).ok());
  GrantRequest request = Ask({"both"});
  request.attached = GrantRequest::Attached::kAll;
  EXPECT_EQ(grants().Create(Runner(), request).value().things.connections.size(), 2U);
}

TEST_P(GrantsTest, KeepsToTheCallersRepos) {
  MakeAttached("main", "api");
  EXPECT_EQ(Refusal(Runner({"web"}), Ask({"main"}, "api")).code(), ErrorCode::kPermissionDenied);
  EXPECT_TRUE(grants().Create(Runner({"web", "api"}), Ask({"main"}, "api")).ok());
  EXPECT_EQ(Refusal(Admin(), Ask({"main"}, "api")).code(), ErrorCode::kPermissionDenied);
}

TEST_P(GrantsTest, KeepsToTheScopeOfTheAttachment) {
  const std::string id = MakeConnection("main");
  ASSERT_TRUE(attachments()
                  .Attach(Admin(), "web", {.id = id},
                          {.environments = {"production"}, .protected_only = true})
                  .ok());
  Principal runner = Runner();
  EXPECT_TRUE(IsNotGranted(Refusal(runner, Ask({"main"}))));
  runner.environments = {"production"};
  EXPECT_TRUE(IsNotGranted(Refusal(runner, Ask({"main"}))));
  runner.is_protected = true;
  EXPECT_TRUE(grants().Create(runner, Ask({"main"})).ok());
}

TEST_P(GrantsTest, RenewsUpToADay) {
  MakeAttached("main");
  const Grant grant = grants().Create(Runner(), Ask({"main"})).value();
  const TimePoint start = clock_.Now();
  TimePoint last = start;
  for (int i = 0; i < 24 * 6; ++i) {
    clock_.Advance(std::chrono::minutes(10));
    const Result<Renewal> renewal = grants().Renew(Runner(), ProofOf(grant));
    if (!renewal.ok()) break;
    EXPECT_TRUE(renewal->changed.connections.empty());
    last = renewal->expires_at;
  }
  EXPECT_EQ(last, start + kMaxLeaseLife);
  EXPECT_EQ(grants().Renew(Runner(), ProofOf(grant)).error().code(), ErrorCode::kNotFound);
}

TEST_P(GrantsTest, RenewingSaysWhatHasChanged) {
  const std::string id = MakeAttached("main");
  const std::string gone = MakeAttached("gone");
  const Grant grant = grants().Create(Runner(), Ask({"main", "gone"})).value();
  ASSERT_TRUE(connections()
                  .Patch(Admin(), id, 1, testing::Json(R"({"config":{"password":"new-word-99"}})"))
                  .ok());
  ASSERT_TRUE(attachments().Detach(Admin(), "web", {.id = gone}).ok());

  const GrantChanges changes =
      grants().ChangesAfter(Runner(), ProofOf(grant), grant.revision).value();
  ASSERT_EQ(changes.changed.size(), 1U);
  EXPECT_EQ(changes.changed[0].name.Full(), "@postgres.main");
  EXPECT_EQ(changes.changed[0].version, 2);
  ASSERT_EQ(changes.removed.size(), 1U);

  const Renewal renewal = grants().Renew(Runner(), ProofOf(grant)).value();
  ASSERT_EQ(renewal.changed.connections.size(), 1U);
  EXPECT_EQ(PasswordOf(renewal.changed.connections[0]), "new-word-99");
  ASSERT_EQ(renewal.removed.size(), 1U);
  EXPECT_EQ(renewal.removed[0].alias, "gone");
  EXPECT_EQ(renewal.revision, changes.revision);

  const Renewal again = grants().Renew(Runner(), ProofOf(grant)).value();
  EXPECT_TRUE(again.changed.connections.empty());
  EXPECT_TRUE(again.removed.empty());
  EXPECT_TRUE(grants().ChangesAfter(Runner(), ProofOf(grant), 0).value().changed.empty());
}

TEST_P(GrantsTest, ALeaseBelongsToItsHolder) {
  MakeAttached("main");
  const Grant grant = grants().Create(Runner(), Ask({"main"})).value();
  LeaseProof wrong_secret = ProofOf(grant);
  wrong_secret.secret = Secret::CopyOf(std::string(64, '0'));
  Principal other = Runner();
  other.id = "token:somebody-else";
  Principal moved = Runner({"api"});
  Principal foreign = Runner();
  foreign.org_id = other_org_;
  EXPECT_EQ(grants().Renew(Runner(), wrong_secret).error().code(), ErrorCode::kNotFound);
  for (const Principal& principal : {other, moved, foreign}) {
    const LeaseProof proof = ProofOf(grant);
    EXPECT_EQ(grants().Renew(principal, proof).error().code(), ErrorCode::kNotFound);
    EXPECT_EQ(grants().ChangesAfter(principal, proof, 0).error().code(), ErrorCode::kNotFound);
    EXPECT_EQ(grants().ReportUses(principal, proof, {}).error().code(), ErrorCode::kNotFound);
    EXPECT_EQ(grants().Release(principal, proof).error().code(), ErrorCode::kNotFound);
  }
  // Those of the same org, whose lease it is not: each time on record.
  EXPECT_EQ(NewestEvents(9), (std::vector<std::string>{
                                 "grant.release refused not_held", "grant.use refused not_held",
                                 "grant.watch refused not_held", "grant.renew refused not_held",
                                 "grant.release refused not_held", "grant.use refused not_held",
                                 "grant.watch refused not_held", "grant.renew refused not_held",
                                 "grant.renew refused not_held"}));
  EXPECT_TRUE(grants().Renew(Runner(), ProofOf(grant)).ok());
}

TEST_P(GrantsTest, AReleasedOrExpiredLeaseIsOver) {
  MakeAttached("main");
  const Grant released = grants().Create(Runner(), Ask({"main"})).value();
  ASSERT_TRUE(grants().Release(Runner(), ProofOf(released)).ok());
  const std::int64_t events = Verify().events;
  EXPECT_EQ(grants().Renew(Runner(), ProofOf(released)).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(Verify().events, events);  // its own: nobody was denied anything
  const Grant expired = grants().Create(Runner(), Ask({"main"})).value();
  clock_.Advance(kLeaseLife);
  EXPECT_EQ(grants().Renew(Runner(), ProofOf(expired)).error().code(), ErrorCode::kNotFound);
}

TEST_P(GrantsTest, RecordsUses) {
  MakeAttached("main");
  const Grant grant = grants().Create(Runner(), Ask({"main"})).value();
  const ConnectionName main{.type = "postgres", .alias = "main"};
  ASSERT_TRUE(grants().ReportUses(Runner(), ProofOf(grant), {main, main}).ok());
  EXPECT_EQ(NewestEvents(2), (std::vector<std::string>{"grant.use done", "grant.use done"}));
  EXPECT_EQ(grants()
                .ReportUses(Runner(), ProofOf(grant), {{.type = "postgres", .alias = "other"}})
                .error()
                .code(),
            ErrorCode::kInvalidArgument);
}

TEST_P(GrantsTest, TakesSoManyUsesAtOnce) {
  MakeAttached("main");
  const Grant grant = grants().Create(Runner(), Ask({"main"})).value();
  std::vector<ConnectionName> names(kMaxUses, {.type = "postgres", .alias = "main"});
  EXPECT_TRUE(grants().ReportUses(Runner(), ProofOf(grant), names).ok());
  names.push_back(names.front());
  const std::int64_t events = Verify().events;
  EXPECT_EQ(grants().ReportUses(Runner(), ProofOf(grant), names).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Verify().events, events);
}

TEST_P(GrantsTest, ForcedDeletionEndsLeases) {
  const std::string id = MakeAttached("main");
  ASSERT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());
  const Grant grant = grants().Create(Runner(), Ask({"main"})).value();
  const Error in_use = connections().Delete(Admin(), id, DeleteMode::kUnused).error();
  EXPECT_EQ(in_use.code(), ErrorCode::kConflict);
  EXPECT_EQ(in_use.message(), "in use; attached to: web; leased to jobs of: web");
  ASSERT_TRUE(connections().Delete(Admin(), id, DeleteMode::kForce).ok());
  EXPECT_EQ(grants().Renew(Runner(), ProofOf(grant)).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(NewestEvents(4),
            (std::vector<std::string>{"connection.delete done", "grant.release done",
                                      "grant.release done", "attachment.delete done"}));
  EXPECT_EQ(Finding(), "");
}

}  // namespace
}  // namespace injector
