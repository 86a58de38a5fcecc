#include "injector/service/keys.h"

#include <gtest/gtest.h>

#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using testing::RawKey;

class KeysTest : public ::testing::TestWithParam<testing::DatabaseKind> {
 protected:
  Result<std::unique_ptr<Keys>> Open(const KeyText& key) {
    return Keys::Open(*database_, key, {}, clock_);
  }
  static KeyText Passphrase(std::string_view text) { return KeyText::Parse(text).value(); }

  testing::TestDatabase files_{GetParam()};
  testing::ManualClock clock_;
  std::unique_ptr<Database> database_ = Database::Open(files_.url(), {}).value();
};

INSTANTIATE_TEST_SUITE_P(, KeysTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(KeysTest, TheFirstKeyStays) {
  const std::string id = Open(RawKey('1')).value()->ring()->active().id();
  EXPECT_EQ(Open(RawKey('1')).value()->ring()->active().id(), id);
}

TEST_P(KeysTest, AnotherKeyIsRefusedNamingTheOneNeeded) {
  const std::string id = Open(RawKey('1')).value()->ring()->active().id();
  for (const KeyText& key : {RawKey('2'), Passphrase("correct horse battery")}) {
    const Error error = Open(key).error();
    EXPECT_EQ(error.code(), ErrorCode::kFailedPrecondition);
    EXPECT_NE(error.message().find(id), std::string::npos) << error.message();
  }
  EXPECT_TRUE(Open(RawKey('1')).ok());
}

TEST_P(KeysTest, APassphraseServesToo) {
  const std::string id = Open(Passphrase("correct horse battery")).value()->ring()->active().id();
  EXPECT_EQ(Open(Passphrase("correct horse battery")).value()->ring()->active().id(), id);
  EXPECT_NE(Open(Passphrase("correct horse batterz")).error().message().find(id),
            std::string::npos);
}

TEST_P(KeysTest, AnOrgsKeyIsBoundToItsOrg) {
  const auto keys = Open(RawKey('1')).value();
  Desk desk(*database_, *keys, clock_);
  const std::string first = CreateOrg(desk, "first").value();
  const std::string second = CreateOrg(desk, "second").value();
  EXPECT_EQ(CreateOrg(desk, "first").error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(CreateOrg(desk, "(service)").error().code(), ErrorCode::kInvalidArgument);
  ASSERT_TRUE(database_
                  ->Write([&](SqlSession& session) -> Status {
                    RETURN_IF_ERROR(session.Execute(
                        "UPDATE orgs SET "
                        "data_key_id = (SELECT o.data_key_id FROM orgs o WHERE o.id = :1), "
                        "wrapped_key = (SELECT o.wrapped_key FROM orgs o WHERE o.id = :2), "
                        "key_encrypted = (SELECT o.key_encrypted FROM orgs o WHERE o.id = :3) "
                        "WHERE id = :4",
                        {first, first, first, second}));
                    return {};
                  })
                  .ok());
  const auto reopened = Open(RawKey('1')).value();
  Desk later(*database_, *reopened, clock_);
  EXPECT_TRUE(VerifyAudit(later, first).ok());
  EXPECT_EQ(VerifyAudit(later, second).error().code(), ErrorCode::kDataLoss);
}

}  // namespace
}  // namespace injector
