#include "injector/service/audit_prune.h"

#include <gmock/gmock.h>

#include "injector/service/audit_anchor.h"
#include "injector/service/audit_file.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AuditPruneTest : public testing::ServiceFixture {
 protected:
  AuditPruneTest() {
    MakeAttached("main");  // events 2 and 3; 1 made the org
    MakeConnection("other");
    clock_.Advance(hours(1));
    cut_ = clock_.Now();
    clock_.Advance(hours(1));
    MakeConnection("young");  // 5
  }

  AuditRange Export(TimePoint before) {
    lines_.clear();
    const auto write = [this](std::string_view line) -> Status {
      lines_.emplace_back(line);
      return {};
    };
    return ExportOldEvents(*desk_, org_, before, write).value();
  }
  AuditRange Prune(TimePoint before) {
    const AuditRange range = Export(before);
    EXPECT_TRUE(RemoveEvents(*desk_, org_, range).ok());
    return range;
  }
  AuditReport VerifyFile(std::vector<std::string> lines,
                         const std::optional<ChainHead>& known = {}) {
    const AuditFileHeader header = ParseAuditFileHeader(lines.front()).value();
    const OrgKeys keys = OpenOrgKey(*keys_->ring(), header.org_key, header.org_id).value();
    std::size_t next = 1;
    return VerifyAuditFile(
               header, keys.audit,
               [&](std::string& line) {
                 if (next == lines.size()) return false;
                 line = lines[next++];
                 return true;
               },
               known)
        .value();
  }
  std::string FileFinding(std::vector<std::string> lines) {
    const AuditReport report = VerifyFile(std::move(lines));
    return report.findings.empty() ? "" : report.findings.front();
  }

  TimePoint cut_;
  std::vector<std::string> lines_;
};

INSTANTIATE_TEST_SUITE_P(, AuditPruneTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(AuditPruneTest, WhatStaysVerifiesFromTheAnchor) {
  const ChainHead head = Verify().head;
  const AuditRange range = Prune(cut_);
  EXPECT_EQ(range.size(), 4);
  EXPECT_EQ(lines_.size(), 5U);
  EXPECT_EQ(Number("SELECT MIN(sequence) FROM audit_events WHERE org_id = :1", {org_}), 5);
  const AuditReport report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.events, 2);  // with that of the removal
  EXPECT_EQ(report.anchor.sequence, 4);
  EXPECT_THAT(NewestEvents(1), ::testing::ElementsAre("audit.prune done"));
  EXPECT_THAT(VerifyAudit(*desk_, org_, head).value().findings, IsEmpty());
  EXPECT_THAT(VerifyAudit(*desk_, org_, range.last).value().findings, IsEmpty());
  EXPECT_EQ(VerifyAudit(*desk_, org_, range.after).error().code(), ErrorCode::kFailedPrecondition);
}

TEST_P(AuditPruneTest, GoesOnFromAnAnchorToTheNext) {
  const AuditRange first = Prune(cut_);
  EXPECT_EQ(Prune(cut_).size(), 0);
  EXPECT_THAT(lines_, IsEmpty());
  clock_.Advance(hours(1));
  const AuditRange second = Prune(clock_.Now());
  EXPECT_EQ(second.after.mac, first.last.mac);
  EXPECT_EQ(second.last.sequence, 6);
  EXPECT_EQ(VerifyFile(lines_).anchor.mac, first.last.mac);
  EXPECT_EQ(Finding(), "");
  ASSERT_TRUE(connections().Create(Admin(), testing::PostgresBody("late")).ok());
  EXPECT_EQ(Finding(), "");
}

TEST_P(AuditPruneTest, TheFileVerifiesByItself) {
  const AuditRange range = Export(cut_);
  EXPECT_EQ(VerifyFile(lines_).head.mac, range.last.mac);
  EXPECT_EQ(VerifyFile(lines_).events, 4);
  for (std::size_t i = 1; i < lines_.size(); ++i) {
    std::vector<std::string> altered = lines_;
    altered[i].replace(altered[i].find("\"at\":1"), 6, "\"at\":2");
    EXPECT_NE(FileFinding(altered), "") << i;
    altered = lines_;
    altered.erase(altered.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(FileFinding(altered) == "", i + 1 == lines_.size()) << i;
    for (const char* other : {"", "{}", "x"}) {
      altered = lines_;
      altered[i] = other;
      EXPECT_NE(FileFinding(altered), "") << i;
    }
  }
  EXPECT_THAT(VerifyFile(lines_, range.last).findings, IsEmpty());
  const std::string first = lines_[1];
  while (lines_.size() > 1) {
    lines_.pop_back();
    EXPECT_THAT(VerifyFile(lines_, range.last).findings, ::testing::SizeIs(1)) << lines_.size();
  }
  EXPECT_EQ(FileFinding(lines_), "there are no events in it");
  for (const std::string& header : {std::string("{}"), std::string("x"), first}) {
    EXPECT_FALSE(ParseAuditFileHeader(header).ok());
  }
}

// Each link would hold, from wherever the first line says that the events begin.
TEST_P(AuditPruneTest, ABeginningThatWasCutOffIsFound) {
  Export(cut_);
  while (lines_.size() > 2) {
    AuditFileHeader header = ParseAuditFileHeader(lines_[0]).value();
    const std::string& cut = lines_[1];
    header.after = {.sequence = header.after.sequence + 1, .mac = cut.substr(cut.size() - 66, 64)};
    lines_.erase(lines_.begin() + 1);
    lines_[0] = WriteAuditFileHeader(header);
    EXPECT_THAT(FileFinding(lines_), HasSubstr("first line was altered")) << lines_.size();
  }
}

TEST_P(AuditPruneTest, NamesATableThatTheRemovedEventsDoNotExplain) {
  Prune(cut_);
  const char* id = "SELECT id FROM service_connections WHERE name = 'other'";
  Tamper("DELETE FROM connection_versions WHERE connection_id = (" + std::string(id) + ")");
  Tamper("DELETE FROM service_connections WHERE name = 'other'");
  EXPECT_THAT(Finding(), HasSubstr("is gone without an event"));
}

TEST_P(AuditPruneTest, FindsEveryAlterationOfTheAnchor) {
  Prune(cut_);
  const struct {
    const char* sql;
    const char* undo;
  } rows[] = {
      {"UPDATE audit_anchors SET sequence = sequence - 1",
       "UPDATE audit_anchors SET sequence = sequence + 1"},
      {"UPDATE audit_anchors SET mac = 'x' || mac",
       "UPDATE audit_anchors SET mac = substr(mac, 2)"},
      {"UPDATE audit_anchors SET state = state || ' '",
       "UPDATE audit_anchors SET state = substr(state, 1, length(state) - 1)"},
      {"UPDATE audit_anchors SET anchor_mac = 'x' || anchor_mac",
       "UPDATE audit_anchors SET anchor_mac = substr(anchor_mac, 2)"},
  };
  for (const auto& row : rows) {
    ASSERT_EQ(Tamper(row.sql), 1);
    EXPECT_EQ(Finding(), "the anchor of the log was altered") << row.sql;
    ASSERT_EQ(Tamper(row.undo), 1);
    EXPECT_EQ(Finding(), "");
  }
  Tamper("DELETE FROM audit_anchors");
  EXPECT_EQ(Finding(), "event 1 is missing");
}

TEST_P(AuditPruneTest, FindsEventsBeforeTheFirstAndTakesNoneOfThemAway) {
  const char* copy =
      "INSERT INTO audit_events SELECT org_id, CAST(:1 AS BIGINT), at, actor, action, connection, "
      "repo, body, mac FROM audit_events WHERE org_id = :2 AND sequence = 5";
  const auto write = [](std::string_view) -> Status { return {}; };
  for (const bool pruned : {false, true}) {
    if (pruned) Prune(cut_);
    for (const char* sequence : {"0", "-1", "-9223372036854775808"}) {
      ASSERT_EQ(Tamper(copy, {sequence, org_}), 1);
      EXPECT_THAT(Finding(), HasSubstr("event " + std::string(sequence) + " is not in its place"));
      EXPECT_EQ(ExportOldEvents(*desk_, org_, clock_.Now(), write).error().code(),
                ErrorCode::kDataLoss);
      ASSERT_EQ(Tamper("DELETE FROM audit_events WHERE sequence < 1"), 1);
    }
  }
  ASSERT_EQ(Tamper(copy, {"3", org_}), 1);
  EXPECT_EQ(Finding(), "event 3 is not in its place: the log begins after event 4");
  const AuditRange none{.after = {.sequence = 4, .mac = {}}, .last = {.sequence = 5, .mac = {}}};
  EXPECT_EQ(RemoveEvents(*desk_, org_, none).error().code(), ErrorCode::kDataLoss);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM audit_events WHERE sequence = 3", {}), 1);
}

TEST_P(AuditPruneTest, NotesFirstWhatTheRemovedEventsSayOfUse) {
  ASSERT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());
  clock_.Advance(hours(1));
  Prune(clock_.Now());
  EXPECT_EQ(Number("SELECT COUNT(*) FROM service_connections WHERE last_used_at > 0", {}), 1);
}

TEST_P(AuditPruneTest, FindsAnOlderAnchorPutBack) {
  Prune(cut_);
  Tamper("CREATE TABLE stolen AS SELECT * FROM audit_anchors");
  clock_.Advance(hours(1));
  Prune(clock_.Now());
  Tamper("DELETE FROM audit_anchors");
  Tamper("INSERT INTO audit_anchors SELECT * FROM stolen");
  EXPECT_EQ(Finding(), "event 5 is missing");
}

TEST_P(AuditPruneTest, TakesNoAlteredLogApart) {
  Tamper(
      "UPDATE audit_events SET body = replace(body, '@postgres.main', '@postgres.nobody') "
      "WHERE sequence = 2 AND org_id = :1",
      {org_});
  const auto write = [](std::string_view) -> Status { return {}; };
  const Error error = ExportOldEvents(*desk_, org_, cut_, write).error();
  EXPECT_EQ(error.code(), ErrorCode::kDataLoss);
  EXPECT_EQ(error.message(), "event 2 was altered, or is not in its place");
}

TEST_P(AuditPruneTest, RemovesNothingThatWasNotExportedNow) {
  const AuditRange range = Export(cut_);
  ASSERT_TRUE(RemoveEvents(*desk_, org_, range).ok());
  const Error error = RemoveEvents(*desk_, org_, range).error();
  EXPECT_EQ(error.code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Finding(), "");
}

TEST_P(AuditPruneTest, RemovesNothingOfALogThatIsAnotherByNow) {
  AuditRange range = Export(cut_);
  range.last.mac = std::string(64, '0');
  EXPECT_EQ(RemoveEvents(*desk_, org_, range).error().code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM audit_events WHERE org_id = :1", {org_}), 5);
}

TEST_P(AuditPruneTest, AFullDiskRemovesNothing) {
  const auto full = [](std::string_view) -> Status {
    return Error(ErrorCode::kUnavailable, "no space left on device");
  };
  EXPECT_EQ(ExportOldEvents(*desk_, org_, cut_, full).error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM audit_events WHERE org_id = :1", {org_}), 5);
}

}  // namespace
}  // namespace injector
