#include "injector/service/audit_log.h"

#include <gtest/gtest.h>

#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

class AuditLogTest : public testing::ServiceFixture {
 protected:
  std::vector<std::int64_t> Sequences(const AuditFilter& filter) {
    std::vector<std::int64_t> sequences;
    const auto page = AuditLog(*desk_).List(Admin(), filter, {}).value();
    for (const AuditRecord& record : page.items) sequences.push_back(record.sequence);
    return sequences;
  }
};

INSTANTIATE_TEST_SUITE_P(, AuditLogTest, testing::kAllDatabases, testing::DatabaseKindName());

using Numbers = std::vector<std::int64_t>;

TEST_P(AuditLogTest, FindsByActorConnectionRepoAndTime) {
  const std::string id = MakeAttached("main");  // events 2 and 3; 1 made the org
  const TimePoint start = clock_.Now();
  clock_.Advance(std::chrono::hours(1));
  ASSERT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());  // 4
  EXPECT_EQ(Sequences({}), (Numbers{4, 3, 2, 1}));
  EXPECT_EQ(Sequences({.actor = "token:runner"}), (Numbers{4}));
  EXPECT_EQ(Sequences({.connection = id}), (Numbers{4, 3, 2}));
  EXPECT_EQ(Sequences({.repo = "web"}), (Numbers{4, 3}));
  EXPECT_EQ(Sequences({.actor = "token:admin", .repo = "web"}), (Numbers{3}));
  EXPECT_EQ(Sequences({.since = clock_.Now()}), (Numbers{4}));
  EXPECT_EQ(Sequences({.until = clock_.Now()}), (Numbers{3, 2, 1}));
  EXPECT_EQ(Sequences({.since = start, .until = start + std::chrono::seconds(1)}),
            (Numbers{3, 2, 1}));
}

TEST_P(AuditLogTest, IsReadInPagesByAdminsOnly) {
  for (const char* name : {"a", "b", "c"}) MakeConnection(name);
  auto page = AuditLog(*desk_).List(Admin(), {}, {.after = "", .limit = 3}).value();
  EXPECT_EQ(page.items.size(), 3U);
  EXPECT_EQ(page.next, "2");
  page = AuditLog(*desk_).List(Admin(), {}, {.after = page.next, .limit = 3}).value();
  EXPECT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.next, "");
  EXPECT_EQ(AuditLog(*desk_).List(Developer(), {}, {}).error().code(),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(AuditLog(*desk_).List(Admin(), {}, {.after = "x", .limit = 3}).error().code(),
            ErrorCode::kInvalidArgument);
  page = AuditLog(*desk_).List(OtherAdmin(), {}, {}).value();
  EXPECT_EQ(page.items.size(), 1U);
  for (const AuditRecord& record : page.items) {
    EXPECT_EQ(record.org_id, other_org_);
  }
}

TEST_P(AuditLogTest, ExportsWholeLines) {
  MakeConnection("main");
  std::vector<std::string> lines;
  ASSERT_TRUE(ExportAudit(*desk_, org_, 1, [&](std::string_view line) -> Status {
                lines.emplace_back(line);
                return {};
              }).ok());
  ASSERT_EQ(lines.size(), 1U);
  const Value line = testing::Json(lines[0]);
  EXPECT_EQ(line.Find("action")->string().Reveal(), "connection.create");
  EXPECT_EQ(line.Find("name")->string().Reveal(), "@postgres.main");
  EXPECT_EQ(line.Find("sequence")->number_text(), "2");
  EXPECT_EQ(line.Find("mac")->string().Reveal(), Verify().head.mac);
}

TEST_P(AuditLogTest, ExportsWhatTheFilterLetsThrough) {
  const std::string id = MakeAttached("main");  // events 2 and 3; 1 made the org
  const TimePoint start = clock_.Now();
  clock_.Advance(std::chrono::hours(1));
  ASSERT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());  // 4
  const std::vector<AuditFilter> filters = {
      {},
      {.actor = "token:runner"},
      {.connection = id},
      {.repo = "web"},
      {.actor = "token:admin", .repo = "web"},
      {.since = clock_.Now()},
      {.until = clock_.Now()},
      {.since = start, .until = start + std::chrono::seconds(1)},
  };
  for (const AuditFilter& filter : filters) {
    Numbers exported;
    const auto take = [&](std::string_view line) -> Status {
      const Value json = testing::Json(line);
      exported.insert(exported.begin(), std::stoll(json.Find("sequence")->number_text()));
      return {};
    };
    ASSERT_TRUE(ExportAudit(*desk_, org_, 0, take, filter).ok());
    EXPECT_EQ(exported, Sequences(filter));
  }
}

TEST(AuditRecord, ComesBackAsItWas) {
  const AuditRecord record{.org_id = "o",
                           .sequence = 7,
                           .time = FromUnixSeconds(1'767'225'600),
                           .actor = "token:\"x\"\n",
                           .event = {.action = "a",
                                     .outcome = AuditEvent::Outcome::kRefused,
                                     .connection = "c",
                                     .name = "@t.n",
                                     .version = 3,
                                     .repo = "r",
                                     .token = "t",
                                     .grant = "g",
                                     .reason = "why",
                                     .details = {{"b", "1"}, {"a", ""}}}};
  const std::string line = WriteAuditRecord(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(WriteAuditRecord(ParseAuditRecord(line).value()), line);
  for (const char* bad : {"", "{}", "[]", "null", R"({"org":"o"})"}) {
    EXPECT_FALSE(ParseAuditRecord(bad).ok()) << bad;
  }
  std::string more = line;
  more.replace(more.size() - 1, 1, ",\"more\":1}");
  EXPECT_FALSE(ParseAuditRecord(more).ok());
}

}  // namespace
}  // namespace injector
