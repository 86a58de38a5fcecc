#include "injector/service/upkeep_watch.h"

#include <gtest/gtest.h>

#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using std::chrono::days;

class UpkeepWatchTest : public testing::ServiceFixture {
 protected:
  DueCounts Watch() { return WatchUpkeep(*desk_).value(); }
  ConnectionView Change(const std::string& id, std::int64_t version, std::string_view patch) {
    return connections().Patch(Admin(), id, version, testing::Json(patch)).value();
  }
  std::string MakeRotating(const std::string& name) {
    const std::string id = MakeConnection(name);
    Change(id, 1, R"({"config":{},"rotateEvery":"90d"})");
    return id;
  }
  std::size_t DueEvents() {
    return static_cast<std::size_t>(Number("SELECT COUNT(*) FROM audit_events WHERE action = :1",
                                           {std::string(kConnectionDue)}));
  }
};

INSTANTIATE_TEST_SUITE_P(, UpkeepWatchTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(UpkeepWatchTest, RecordsOnceWhatComesDue) {
  const std::string id = MakeRotating("main");
  EXPECT_EQ(Watch().due_soon, 0U);
  EXPECT_EQ(DueEvents(), 0U);
  clock_.Advance(days(76));
  EXPECT_EQ(Watch().due_soon, 1U);
  const AuditRecord event = AuditLog(*desk_).List(Admin(), {}, {}).value().items.front();
  EXPECT_EQ(event.event.action, "connection.due");
  EXPECT_EQ(event.actor, "service");
  EXPECT_EQ(event.event.connection, id);
  EXPECT_EQ(event.event.name, "@postgres.main");
  const std::pair<std::string, std::string> rotate_by{"rotateBy", "2026-04-01T00:00:00Z"};
  EXPECT_EQ(event.event.details, std::vector({rotate_by}));
  EXPECT_EQ(Watch().due_soon, 1U);
  clock_.Advance(days(14));
  EXPECT_EQ(Watch().overdue, 1U);
  EXPECT_EQ(DueEvents(), 1U);
  EXPECT_EQ(Finding(), "");
}

TEST_P(UpkeepWatchTest, CountsTheRotationAnewFromANewSecretAlone) {
  const std::string id = MakeRotating("main");
  clock_.Advance(days(80));
  EXPECT_EQ(Watch().due_soon, 1U);
  const TimePoint made = connections().Get(Admin(), id).value().created_at;
  EXPECT_EQ(Change(id, 2, R"({"config":{"host":"h"},"description":"d"})").rotated_at, made);
  EXPECT_EQ(Watch().due_soon, 1U);
  EXPECT_EQ(Change(id, 3, R"({"config":{"password":"another-one-4711"}})").rotated_at,
            clock_.Now());
  EXPECT_EQ(Watch().due_soon, 0U);
  clock_.Advance(days(76));
  EXPECT_EQ(Watch().due_soon, 1U);
  EXPECT_EQ(DueEvents(), 2U);
}

TEST_P(UpkeepWatchTest, CountsByStateOverAllOrgs) {
  const struct {
    const char* name;
    const char* settings;
  } rows[] = {{"fine", R"("expiresAt":"2027-01-01T00:00:00Z")"},
              {"soon", R"("expiresAt":"2026-01-10T00:00:00Z")"},
              {"over", R"("expiresAt":"2025-12-31T00:00:00Z")"},
              {"ages", R"("expiresAt":"0001-01-01T00:00:00Z")"}};
  for (const auto& row : rows) {
    const std::string body = R"({"name":")" + std::string(row.name) +
                             R"(","type":"generic","config":{"host":"h"},)" + row.settings + "}";
    ASSERT_TRUE(connections().Create(OtherAdmin(), testing::Json(body)).ok());
  }
  MakeRotating("main");
  const DueCounts counts = Watch();
  EXPECT_EQ(counts.due_soon, 1U);
  EXPECT_EQ(counts.overdue, 0U);
  EXPECT_EQ(counts.expired, 2U);
  EXPECT_EQ(DueEvents(), 3U);
}

TEST_P(UpkeepWatchTest, TakesRowsOfAnOlderProgram) {
  const std::string id = MakeRotating("main");
  EXPECT_EQ(Watch().due_soon, 0U);
  clock_.Advance(days(80));
  // A new version by a program that does not know what is beside it.
  Tamper(
      "UPDATE service_connections SET upkeep_version = NULL, remind_at = NULL, rotated_at = NULL");
  EXPECT_EQ(Watch().due_soon, 1U);
  EXPECT_EQ(DueEvents(), 1U);
}

// More than it takes at a time.
TEST_P(UpkeepWatchTest, TakesAThousandRowsOfAnOlderProgram) {
  MakeRotating("main");
  const std::string copies =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) ";
  Tamper(
      copies +
      "INSERT INTO service_connections (id, org_id, type, name, is_default, version, created_by, "
      "created_at) SELECT 'copy-' || n.i, c.org_id, c.type, 'copy' || n.i, 0, c.version, "
      "c.created_by, c.created_at FROM service_connections c, n");
  Tamper(
      copies +
      "INSERT INTO connection_versions SELECT 'copy-' || n.i, v.version, v.is_default, v.visible, "
      "v.key_id, v.data_key_id, v.wrapped_key, v.config_encrypted, v.created_by, v.created_at "
      "FROM connection_versions v, n WHERE v.version = 2");
  clock_.Advance(days(80));
  EXPECT_EQ(Watch().due_soon, 1101U);
  EXPECT_EQ(DueEvents(), 1101U);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM service_connections WHERE upkeep_version = version", {}),
            1101);
}

TEST_P(UpkeepWatchTest, BringsADatabaseOfAnOlderReleaseUpToDate) {
  const std::string id = MakeRotating("main");
  for (const char* column : {"rotated_at", "upkeep_version", "expires_at", "rotate_by", "remind_at",
                             "reminded_for", "last_used_at"}) {
    Tamper("ALTER TABLE service_connections DROP COLUMN " + std::string(column));
  }
  for (const char* table : {"event_positions", "event_receivers"}) {
    Tamper("DROP TABLE " + std::string(table));
  }
  Tamper("DELETE FROM schema_steps WHERE version = 3");
  Start();
  EXPECT_EQ(connections().Get(Admin(), id).value().version, 2);
  clock_.Advance(days(80));
  EXPECT_EQ(Watch().due_soon, 1U);
  EXPECT_EQ(Finding(), "");
}

TEST_P(UpkeepWatchTest, GoesOnWithoutWhatSomebodyHasOverwritten) {
  MakeRotating("broken");
  MakeRotating("main");
  Tamper(
      "UPDATE connection_versions SET visible = 'x' WHERE version = 2 AND connection_id = "
      "(SELECT id FROM service_connections WHERE name = 'broken')");
  clock_.Advance(days(80));
  EXPECT_EQ(Watch().due_soon, 1U);
}

TEST_P(UpkeepWatchTest, RefusesAPeriodThatIsNone) {
  const std::string id = MakeConnection("main");
  const auto patched =
      connections().Patch(Admin(), id, 1, testing::Json(R"({"config":{},"rotateEvery":"often"})"));
  EXPECT_EQ(patched.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(patched.error().message(),
            "rotateEvery: expected days or hours like 90d or 12h, at most 3650d");
}

}  // namespace
}  // namespace injector
