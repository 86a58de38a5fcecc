#include "injector/service/rotation.h"

#include <gmock/gmock.h>

#include "injector/service/key_rotation.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using testing::PasswordOf;

constexpr char kNew[] = "swordfish-of-tomorrow";

class RotationTest : public testing::ServiceFixture {
 protected:
  Rotations rotations() { return {*desk_, org_}; }
  Result<Rotation> Begin(RotationKind kind = RotationKind::kNew) {
    return rotations().Begin({.type = "", .alias = "main"}, kind);
  }
  static Connection WithPassword(const Connection& connection, std::string_view password) {
    Connection next = connection.Clone();
    for (Field& field : next.fields) {
      if (field.name == "password") field.value = Value::String(password);
    }
    return next;
  }
  std::string GrantedPassword() {
    return PasswordOf(grants().Create(Runner(), Ask({"main"})).value().things.connections.front());
  }
  void Patch(std::int64_t version, std::string_view patch) {
    ASSERT_TRUE(connections().Patch(Admin(), id_, version, testing::Json(patch)).ok());
  }

  std::string id_ = MakeAttached("main");
};

INSTANTIATE_TEST_SUITE_P(, RotationTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(RotationTest, SwitchesToWhatWasSetAside) {
  const Rotation rotation = Begin().value();
  EXPECT_EQ(PasswordOf(rotation.current), testing::kPassword);
  const Connection next = WithPassword(rotation.current, kNew);
  ASSERT_TRUE(rotations().SetAside(rotation, next).ok());
  EXPECT_EQ(GrantedPassword(), testing::kPassword);
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(rotations().Switch(rotation, next).value(), 2);
  EXPECT_EQ(GrantedPassword(), kNew);
  EXPECT_EQ(connections().Get(Admin(), id_).value().rotated_at, clock_.Now());
  EXPECT_EQ(Begin(RotationKind::kResume).error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(NewestEvents(5),
              ElementsAre("grant.create done", "connection.rotate done", "connection.change done",
                          "grant.create done", "connection.rotate done"));
  EXPECT_EQ(Finding(), "");
}

TEST_P(RotationTest, GoesOnWithWhatWasSetAside) {
  const Rotation rotation = Begin().value();
  ASSERT_TRUE(rotations().SetAside(rotation, WithPassword(rotation.current, kNew)).ok());
  Start();  // the program was killed
  const Error again = Begin().error();
  EXPECT_EQ(again.code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(GrantedPassword(), testing::kPassword);
  const Rotation resumed = Begin(RotationKind::kResume).value();
  EXPECT_EQ(PasswordOf(resumed.next), kNew);
  EXPECT_EQ(rotations().Switch(resumed, resumed.next).value(), 2);
  EXPECT_EQ(GrantedPassword(), kNew);
  EXPECT_EQ(Finding(), "");
}

TEST_P(RotationTest, IsRefusedAfterAnothersChangeAndLosesNeither) {
  const Rotation rotation = Begin().value();
  const Connection next = WithPassword(rotation.current, kNew);
  ASSERT_TRUE(rotations().SetAside(rotation, next).ok());
  Patch(1, R"({"config":{"host":"other.example.com"},"description":"moved"})");
  EXPECT_EQ(rotations().Switch(rotation, next).error().code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(GrantedPassword(), testing::kPassword);
  const Rotation resumed = Begin(RotationKind::kResume).value();
  EXPECT_EQ(resumed.next.FieldNamed("host")->value.string().Reveal(), "other.example.com");
  EXPECT_EQ(resumed.next.description, "moved");
  EXPECT_EQ(rotations().Switch(resumed, resumed.next).value(), 3);
  EXPECT_EQ(GrantedPassword(), kNew);
}

TEST_P(RotationTest, DoesNotOverwriteAnothersSecret) {
  const Rotation rotation = Begin().value();
  ASSERT_TRUE(rotations().SetAside(rotation, WithPassword(rotation.current, kNew)).ok());
  Patch(1, R"({"config":{"password":"somebody-elses-choice"}})");
  const Error error = Begin(RotationKind::kResume).error();
  EXPECT_EQ(error.code(), ErrorCode::kConflict);
  EXPECT_EQ(error.message(), "password: has been changed by somebody else since it was rotated");
  ASSERT_TRUE(rotations().Discard({.type = "postgres", .alias = "main"}).ok());
  EXPECT_TRUE(Begin().ok());
  EXPECT_EQ(GrantedPassword(), "somebody-elses-choice");
}

TEST_P(RotationTest, RecordsItsFailure) {
  const Rotation rotation = Begin().value();
  ASSERT_TRUE(rotations().RecordFailure(rotation, ErrorCode::kDeadlineExceeded).ok());
  EXPECT_THAT(NewestEvents(1), ElementsAre("connection.rotate refused deadline_exceeded"));
}

TEST_P(RotationTest, NamesWhatIsNotThere) {
  EXPECT_EQ(
      rotations().Begin({.type = "mysql", .alias = "main"}, RotationKind::kNew).error().code(),
      ErrorCode::kNotFound);
  EXPECT_EQ(rotations().Begin({.type = "", .alias = "mainly"}, RotationKind::kNew).error().code(),
            ErrorCode::kNotFound);
  EXPECT_EQ(rotations().Discard({.type = "", .alias = "main"}).error().code(),
            ErrorCode::kNotFound);
  EXPECT_EQ(Rotations(*desk_, other_org_)
                .Begin({.type = "", .alias = "main"}, RotationKind::kNew)
                .error()
                .code(),
            ErrorCode::kNotFound);
}

TEST_P(RotationTest, ShowsWhatIsSetAsideToNobody) {
  const Rotation rotation = Begin().value();
  ASSERT_TRUE(rotations().SetAside(rotation, WithPassword(rotation.current, kNew)).ok());
  EXPECT_EQ(connections().Versions(Admin(), id_, {}).value().items.size(), 1U);
  for (const std::int64_t version : {-1, 0}) {
    EXPECT_EQ(connections().RollBack(Admin(), id_, 1, version).error().code(),
              ErrorCode::kNotFound);
  }
  ASSERT_TRUE(connections().Delete(Admin(), id_, DeleteMode::kForce).ok());
  EXPECT_EQ(Number("SELECT COUNT(*) FROM connection_versions"), 0);
}

TEST_P(RotationTest, OutlivesANewMasterKey) {
  const Rotation rotation = Begin().value();
  ASSERT_TRUE(rotations().SetAside(rotation, WithPassword(rotation.current, kNew)).ok());
  ASSERT_TRUE(ActivateMasterKey(*desk_, testing::RawKey('2')).ok());
  Rewrapper rewrapper(*desk_);
  while (!rewrapper.Step(1).value().done) {
  }
  EXPECT_EQ(Number("SELECT COUNT(*) FROM master_keys WHERE state = 'retired'"), 1);
  EXPECT_EQ(PasswordOf(Begin(RotationKind::kResume).value().next), kNew);
}

TEST_P(RotationTest, FindsThoseThatAreDue) {
  EXPECT_THAT(rotations().Due().value(), IsEmpty());
  Patch(1, R"({"config":{},"rotateEvery":"90d"})");
  EXPECT_THAT(rotations().Due().value(), IsEmpty());
  clock_.Advance(std::chrono::days(76));
  const std::vector<Reference> due = rotations().Due().value();
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due.front().ToString(), "@postgres.main");
}

}  // namespace
}  // namespace injector
