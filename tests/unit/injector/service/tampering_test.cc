// What somebody can do who writes to the database but has no key: each is refused when a job asks,
// or found and named by the audit log, or both.

#include <gtest/gtest.h>

#include "injector/service/variables.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using testing::Json;
using testing::PostgresBody;

class TamperingTest : public testing::ServiceFixture {
 protected:
  Error GrantError(const std::string& name) {
    return grants().Create(Runner(), Ask({name})).error();
  }
  void ExpectRefused(const std::string& name) {
    const Error error = GrantError(name);
    EXPECT_EQ(error.code(), ErrorCode::kDataLoss) << error.message();
    EXPECT_EQ(NewestEvents(1).front(), "grant.create refused data_loss");
  }
};

INSTANTIATE_TEST_SUITE_P(, TamperingTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(TamperingTest, RefusesAlteredColumns) {
  const char* alterations[] = {
      // The clear columns point the password at somebody's own host.
      ("UPDATE connection_versions "
       "SET visible = replace(visible, 'db.example.com', 'evil.example') WHERE connection_id = :1"),
      "UPDATE connection_versions SET key_id = '0000000000000000' WHERE connection_id = :1",
      "UPDATE connection_versions SET data_key_id = '00' WHERE connection_id = :1",
      "UPDATE connection_versions SET wrapped_key = 'AAAA' WHERE connection_id = :1",
      "UPDATE connection_versions SET config_encrypted = '' WHERE connection_id = :1",
      "UPDATE service_connections SET type = 'mysql' WHERE id = :1",
      "UPDATE service_connections SET is_default = 1 WHERE id = :1",
  };
  for (const char* alteration : alterations) {
    const std::string id = MakeAttached("main");
    ASSERT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());
    ASSERT_EQ(Tamper(alteration, {id}), 1) << alteration;
    const Error error = GrantError("main");
    EXPECT_TRUE(error.code() == ErrorCode::kDataLoss || error.code() == ErrorCode::kUnavailable)
        << alteration << ": " << error.message();
    ASSERT_TRUE(connections().Delete(Admin(), id, DeleteMode::kForce).ok()) << alteration;
  }
}

TEST_P(TamperingTest, RefusesEveryFlippedCharacterOfTheCiphertext) {
  const std::string id = MakeAttached("main");
  const auto read = [&] {
    return database_
        ->Read<std::string>([&](SqlSession& session) -> Result<std::string> {
          ASSIGN_OR_RETURN(const SqlRow row,
                           session.QueryOne("SELECT config_encrypted FROM connection_versions "
                                            "WHERE connection_id = :1",
                                            {id}, "row"));
          return row.Text(0);
        })
        .value();
  };
  const std::string good = read();
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    Tamper("UPDATE connection_versions SET config_encrypted = :1 WHERE connection_id = :2",
           {bad, id});
    EXPECT_EQ(GrantError("main").code(), ErrorCode::kDataLoss) << i;
  }
  Tamper("UPDATE connection_versions SET config_encrypted = :1 WHERE connection_id = :2",
         {good, id});
  EXPECT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());
}

TEST_P(TamperingTest, RefusesSwappedNames) {
  MakeAttached("main");
  MakeAttached("prod");
  Tamper("UPDATE service_connections SET name = 'swap' WHERE name = 'main'");
  Tamper("UPDATE service_connections SET name = 'main' WHERE name = 'prod'");
  Tamper("UPDATE service_connections SET name = 'prod' WHERE name = 'swap'");
  ExpectRefused("main");
  EXPECT_EQ(Verify().findings.size(), 4U);  // what they are called, and that neither opens
}

TEST_P(TamperingTest, RefusesTheEnvelopeOfAnother) {
  const std::string id = MakeAttached("main");
  const std::string other = MakeConnection("prod");
  ASSERT_EQ(Tamper("UPDATE connection_versions SET "
                   "data_key_id = (SELECT o.data_key_id FROM connection_versions o "
                   "WHERE o.connection_id = :1), "
                   "wrapped_key = (SELECT o.wrapped_key FROM connection_versions o "
                   "WHERE o.connection_id = :2), "
                   "config_encrypted = (SELECT o.config_encrypted FROM connection_versions o "
                   "WHERE o.connection_id = :3) WHERE connection_id = :4",
                   {other, other, other, id}),
            1);
  ExpectRefused("main");
}

TEST_P(TamperingTest, RefusesAConnectionFromAnotherOrg) {
  const std::string foreign = connections().Create(OtherAdmin(), PostgresBody("prod")).value().id;
  MakeAttached("main");
  ASSERT_EQ(Tamper("UPDATE service_connections SET org_id = :1 WHERE id = :2", {org_, foreign}), 1);
  ASSERT_EQ(Tamper("UPDATE repo_service_connections SET connection_id = :1", {foreign}), 1);
  ExpectRefused("prod");
  EXPECT_NE(Verify().findings.front().find("without an event that made it"), std::string::npos);
}

TEST_P(TamperingTest, TheLogShowsAVersionThatWasRolledBack) {
  const std::string id = MakeAttached("main");
  ASSERT_TRUE(connections().Patch(Admin(), id, 1, Json(R"({"config":{"host":"new"}})")).ok());
  Tamper("UPDATE service_connections SET version = 1 WHERE id = :1", {id});
  EXPECT_EQ(Finding(),
            "connection " + id +
                " is @postgres.main at version 1, by the log @postgres.main at version 2");
}

TEST_P(TamperingTest, RefusesAForgedAttachment) {
  MakeAttached("main");
  const std::string wanted = MakeConnection("prod");
  ASSERT_EQ(Tamper("INSERT INTO repo_service_connections SELECT repo_id, :1, environments, "
                   "protected_only, created_by, created_at, mac FROM repo_service_connections",
                   {wanted}),
            1);
  ExpectRefused("prod");
  EXPECT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());
  EXPECT_EQ(Finding(),
            "attachment of " + wanted + " to repo web is there without an event that made it");
}

TEST_P(TamperingTest, RefusesAnAttachmentWithAWiderScope) {
  const std::string id = MakeConnection("main");
  ASSERT_TRUE(
      attachments()
          .Attach(Admin(), "web", {.id = id}, {.environments = {"prod"}, .protected_only = false})
          .ok());
  Tamper("UPDATE repo_service_connections SET environments = '[]'");
  ExpectRefused("main");
  EXPECT_NE(Finding().find("by the log for environments [\"prod\"]"), std::string::npos);
}

TEST_P(TamperingTest, RefusesAnAttachmentMovedToAnotherRepo) {
  const std::string id = MakeAttached("main", "api");
  Tamper("UPDATE repos SET name = 'web' WHERE name = 'api'");
  ExpectRefused("main");
  EXPECT_EQ(Verify().findings.size(), 2U);
}

TEST_P(TamperingTest, TheLogShowsWhatIsGone) {
  const std::string id = MakeAttached("main");
  Tamper("DELETE FROM repo_service_connections");
  EXPECT_EQ(Finding(), "attachment of " + id + " to repo web is gone without an event");
  Tamper("DELETE FROM connection_versions");
  Tamper("DELETE FROM service_connections");
  EXPECT_EQ(Verify().findings.front(), "connection " + id + " is gone without an event");
}

struct VersionAlteration {
  const char* sql;
  const char* finding;  // behind the connection's id
};

// Of a connection with two versions.
constexpr VersionAlteration kVersionAlterations[] = {
    {"DELETE FROM connection_versions WHERE connection_id = :1 AND version = 1",
     ", version 1 is gone without an event"},
    {"DELETE FROM connection_versions WHERE connection_id = :1 AND version = 2",
     ", version 2 is gone without an event"},
    {"UPDATE connection_versions SET version = 3 WHERE connection_id = :1 AND version = 1",
     ", version 3 is there without an event that made it"},
    {"UPDATE connection_versions SET visible = '{}' WHERE connection_id = :1 AND version = 1",
     ", version 1 is damaged or altered, by the log made by token:admin at 2026-01-01T00:00:00Z"},
    {"UPDATE connection_versions SET config_encrypted = '' WHERE connection_id = :1 AND "
     "version = 1",
     ", version 1 is damaged or altered, by the log made by token:admin at 2026-01-01T00:00:00Z"},
    {"UPDATE connection_versions SET is_default = 1 WHERE connection_id = :1 AND version = 1",
     ", version 1 is damaged or altered, by the log made by token:admin at 2026-01-01T00:00:00Z"},
    {"UPDATE service_connections SET is_default = 1 WHERE id = :1",
     ", version 2 is damaged or altered, by the log made by token:admin at 2026-01-01T00:01:00Z"},
    {"UPDATE connection_versions SET key_id = '0000000000000000' WHERE connection_id = :1 AND "
     "version = 1",
     ", version 1 is wrapped by a master key that is not at hand, by the log made by token:admin "
     "at 2026-01-01T00:00:00Z"},
    {"UPDATE connection_versions SET created_by = 'token:mallory' WHERE connection_id = :1 AND "
     "version = 2",
     ", version 2 is made by token:mallory at 2026-01-01T00:01:00Z, by the log made by token:admin "
     "at 2026-01-01T00:01:00Z"},
    {"UPDATE service_connections SET created_by = 'token:mallory' WHERE id = :1",
     " is made by token:mallory at 2026-01-01T00:00:00Z, by the log made by token:admin at "
     "2026-01-01T00:00:00Z"},
    {"UPDATE service_connections SET created_at = 0 WHERE id = :1",
     " is made by token:admin at 1970-01-01T00:00:00Z, by the log made by token:admin at "
     "2026-01-01T00:00:00Z"},
};

TEST_P(TamperingTest, TheLogShowsWhatWasDoneToAVersion) {
  const std::string id = MakeConnection("main");
  clock_.Advance(std::chrono::minutes(1));
  ASSERT_TRUE(connections().Patch(Admin(), id, 1, Json(R"({"config":{"host":"new"}})")).ok());
  ASSERT_EQ(Finding(), "");
  Tamper("CREATE TABLE kept_versions AS SELECT * FROM connection_versions");
  Tamper("CREATE TABLE kept_connections AS SELECT * FROM service_connections");
  for (const VersionAlteration& alteration : kVersionAlterations) {
    EXPECT_EQ(Tamper(alteration.sql, {id}), 1) << alteration.sql;
    const AuditReport report = Verify();
    ASSERT_FALSE(report.findings.empty()) << alteration.sql;
    EXPECT_EQ(report.findings.front(), "connection " + id + alteration.finding);
    Tamper("DELETE FROM connection_versions");
    Tamper("DELETE FROM service_connections");
    Tamper("INSERT INTO service_connections SELECT * FROM kept_connections");
    Tamper("INSERT INTO connection_versions SELECT * FROM kept_versions");
  }
  EXPECT_EQ(Finding(), "");
}

// It is shown, for somebody to delete it; nobody gets it.
TEST_P(TamperingTest, AConnectionWithoutItsVersionIsShownRefusedAndDeleted) {
  const std::string id = MakeAttached("main");
  ASSERT_TRUE(attachments().Attach(Admin(), "web", {.id = MakeConnection("other")}, {}).ok());
  ASSERT_EQ(Tamper("DELETE FROM connection_versions WHERE connection_id = :1", {id}), 1);

  const auto listed = connections().List(Developer(), {}).value().items;
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].name.alias, "main");
  EXPECT_EQ(listed[0].version, 1);
  EXPECT_TRUE(listed[0].is_damaged);
  EXPECT_FALSE(listed[1].is_damaged);
  EXPECT_TRUE(connections().Get(Developer(), id).value().is_damaged);

  ExpectRefused("main");
  EXPECT_TRUE(grants().Create(Runner(), Ask({"other"})).ok());
  EXPECT_EQ(connections().Patch(Admin(), id, 1, Json(R"({"config":{"host":"x"}})")).error().code(),
            ErrorCode::kDataLoss);
  EXPECT_EQ(NewestEvents(1).front(), "connection.change refused data_loss");

  EXPECT_EQ(connections().Delete(Admin(), id, DeleteMode::kUnused).error().code(),
            ErrorCode::kConflict);
  ASSERT_TRUE(connections().Delete(Admin(), id, DeleteMode::kForce, 1).ok());
  EXPECT_EQ(Finding(), "");
  MakeConnection("main");
}

TEST_P(TamperingTest, AVariableWithoutItsVersionIsShownAndDeleted) {
  Variables variables(*desk_);
  Variable variable;
  variable.key = "LEVEL";
  variable.value = Secret::CopyOf("debug");
  ASSERT_TRUE(variables.Create(Admin(), variable).ok());
  ASSERT_EQ(Tamper("DELETE FROM connection_versions"), 1);
  const VariableView view = variables.Get(Developer(), "LEVEL").value();
  EXPECT_TRUE(view.is_damaged);
  EXPECT_FALSE(view.value.has_value());
  EXPECT_TRUE(variables.Delete(Admin(), "LEVEL", DeleteMode::kUnused).ok());
  EXPECT_EQ(Finding(), "");
}

TEST_P(TamperingTest, TheLogShowsWhoMadeAToken) {
  const std::string id = tokens().Create(Admin(), {.role = Role::kDeveloper}).value().info.id;
  ASSERT_EQ(Finding(), "");
  Tamper("UPDATE tokens SET created_by = 'token:mallory' WHERE id = :1", {id});
  EXPECT_EQ(Finding(), "token " + id +
                           " is made by token:mallory at 2026-01-01T00:00:00Z, by the log made by "
                           "token:admin at 2026-01-01T00:00:00Z");
}

TEST_P(TamperingTest, TheLogShowsATokenWithoutItsEvent) {
  Tamper(
      "INSERT INTO tokens (id, org_id, prefix, hash, role, repos, environments, is_protected, "
      "created_by, created_at, expires_at) VALUES ('x', :1, 'p', 'h', 'admin', '[]', '[]', 0, "
      "'me', 1, 2000000000)",
      {org_});
  EXPECT_EQ(Finding(), "token x is there without an event that made it");
}

struct LogAlteration {
  const char* name;
  const char* sql;
  const char* finding;
};

// A log of seven events: the org, two connections and their attachments, a grant, a refusal.
constexpr LogAlteration kLogAlterations[] = {
    {"first event deleted", "DELETE FROM audit_events WHERE org_id = :1 AND sequence = 1",
     "event 1 is missing"},
    {"event deleted in the middle", "DELETE FROM audit_events WHERE org_id = :1 AND sequence = 3",
     "event 3 is missing"},
    {"newest event deleted", "DELETE FROM audit_events WHERE org_id = :1 AND sequence = 7",
     "event 7 is missing"},
    {"all deleted", "DELETE FROM audit_events WHERE org_id = :1", "event 1 is missing"},
    {"event changed",
     "UPDATE audit_events SET body = replace(body, 'web', 'api') WHERE org_id = :1 AND "
     "sequence = 3",
     "event 3 was altered, or is not in its place"},
    {"mac changed", "UPDATE audit_events SET mac = '00' WHERE org_id = :1 AND sequence = 4",
     "event 4 was altered, or is not in its place"},
    {"search column changed",
     "UPDATE audit_events SET actor = 'nobody' WHERE org_id = :1 AND sequence = 5",
     "event 5 has altered columns to search by"},
    {"connection column changed",
     "UPDATE audit_events SET connection = '' WHERE org_id = :1 AND sequence = 5",
     "event 5 has altered columns to search by"},
    {"repo column changed", "UPDATE audit_events SET repo = 'x' WHERE org_id = :1 AND sequence = 6",
     "event 6 has altered columns to search by"},
    {"time column changed",
     "UPDATE audit_events SET at = at + 1 WHERE org_id = :1 AND sequence = 6",
     "event 6 has altered columns to search by"},
    {"moved to the end", "UPDATE audit_events SET sequence = 8 WHERE org_id = :1 AND sequence = 2",
     "event 2 is missing"},
    {"head put back", "UPDATE audit_heads SET sequence = 6 WHERE org_id = :1",
     "the head of the chain is not its last event, event 7"},
    {"head changed", "UPDATE audit_heads SET mac = '00' WHERE org_id = :1",
     "the head of the chain is not its last event, event 7"},
    {"event copied to the end",
     "INSERT INTO audit_events SELECT org_id, 8, at, actor, action, connection, repo, body, mac "
     "FROM audit_events WHERE org_id = :1 AND sequence = 3",
     "event 8 was altered, or is not in its place"},
};

TEST_P(TamperingTest, TheChainNamesItsFirstBrokenLink) {
  MakeAttached("main");
  MakeAttached("prod");
  ASSERT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());
  ASSERT_FALSE(grants().Create(Runner(), Ask({"nowhere"})).ok());
  ASSERT_EQ(Verify().events, 7);
  ASSERT_EQ(Finding(), "");
  const std::string keep[] = {
      "CREATE TABLE kept_events AS SELECT * FROM audit_events",
      "CREATE TABLE kept_heads AS SELECT * FROM audit_heads",
  };
  for (const std::string& statement : keep) Tamper(statement);
  for (const LogAlteration& alteration : kLogAlterations) {
    EXPECT_GE(Tamper(alteration.sql, {org_}), 1) << alteration.name;
    EXPECT_EQ(Finding(), alteration.finding) << alteration.name;
    Tamper("DELETE FROM audit_events");
    Tamper("INSERT INTO audit_events SELECT * FROM kept_events");
    Tamper("DELETE FROM audit_heads");
    Tamper("INSERT INTO audit_heads SELECT * FROM kept_heads");
  }
  EXPECT_EQ(Finding(), "");
}

TEST_P(TamperingTest, SwappedEventsAreFound) {
  MakeAttached("main");
  Tamper("UPDATE audit_events SET sequence = 100 WHERE org_id = :1 AND sequence = 2", {org_});
  Tamper("UPDATE audit_events SET sequence = 2 WHERE org_id = :1 AND sequence = 3", {org_});
  Tamper("UPDATE audit_events SET sequence = 3 WHERE org_id = :1 AND sequence = 100", {org_});
  EXPECT_EQ(Finding(), "event 2 was altered, or is not in its place");
}

// The one cut that the chain itself cannot show: with the head put back to match.
TEST_P(TamperingTest, AnExportedHeadShowsTheNewestEventsCut) {
  MakeConnection("kept");
  const std::string id = MakeConnection("main");
  const ChainHead exported = Verify().head;
  Tamper("DELETE FROM audit_events WHERE org_id = :1 AND sequence = 3", {org_});
  Tamper(
      "UPDATE audit_heads SET sequence = 2, mac = (SELECT mac FROM audit_events "
      "WHERE org_id = :1 AND sequence = 2) WHERE org_id = :2",
      {org_, org_});
  Tamper("DELETE FROM connection_versions WHERE connection_id = :1", {id});
  Tamper("DELETE FROM service_connections WHERE id = :1", {id});
  EXPECT_EQ(Finding(), "");
  EXPECT_EQ(VerifyAudit(*desk_, org_, exported).value().findings,
            std::vector<std::string>{"event 3 is not the one that was exported: the log was cut"});
}

// No audit, no act.
TEST_P(TamperingTest, NothingHappensThatCannotBeRecorded) {
  const std::string id = MakeAttached("main");
  Tamper(
      "INSERT INTO audit_events SELECT org_id, sequence + 1, at, actor, action, connection, "
      "repo, body, mac FROM audit_events WHERE org_id = :1 AND sequence = 3",
      {org_});
  EXPECT_FALSE(connections().Create(Admin(), PostgresBody("new")).ok());
  EXPECT_FALSE(grants().Create(Runner(), Ask({"main"})).ok());
  EXPECT_EQ(Number("SELECT count(*) FROM service_connections"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM leases"), 0);
}

}  // namespace
}  // namespace injector
