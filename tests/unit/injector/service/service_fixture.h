#pragma once
// A service over one of the databases, with an org, people, a clock that is set by hand, and SQL in
// the hand of somebody who has no business there.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/clock.h"
#include "injector/crypto/key.h"
#include "injector/model/json.h"
#include "injector/service/attachments.h"
#include "injector/service/audit_log.h"
#include "injector/service/audit_verify.h"
#include "injector/service/connections.h"
#include "injector/service/desk.h"
#include "injector/service/grants.h"
#include "injector/service/orgs.h"
#include "injector/service/tokens.h"
#include "tests/unit/injector/service/databases.h"

namespace injector::testing {

class ManualClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return now_; }
  std::chrono::steady_clock::time_point Monotonic() const override { return monotonic_; }
  void Advance(std::chrono::seconds duration) {
    now_ += duration;
    monotonic_ += duration;
  }

 private:
  std::chrono::system_clock::time_point now_{std::chrono::seconds(1'767'225'600)};  // 2026-01-01
  std::chrono::steady_clock::time_point monotonic_{std::chrono::seconds(1000)};
};

inline constexpr std::string_view kPassword = "swordfish-0815-4711";

inline KeyText RawKey(char digit) { return KeyText::Parse(std::string(64, digit)).value(); }

inline Value Json(std::string_view text) { return ParseJson(text).value(); }

// {"name": …, "type": "postgres", "config": {host, port, password}}
inline Value PostgresBody(const std::string& name, std::string_view password = kPassword) {
  return Json(R"({"name":")" + name +
              R"(","type":"postgres","config":{"host":"db.example.com","port":5432,)" +
              R"("password":")" + std::string(password) + "\"}}");
}

class ServiceFixture : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  ServiceFixture() {
    Start();
    org_ = CreateOrg(*desk_, "acme").value();
    other_org_ = CreateOrg(*desk_, "other").value();
  }

  // Opens the database (again), as a restarted program does.
  void Start() {
    desk_.reset();
    database_ = Database::Open(files_.url(), {}).value();
    keys_ = Keys::Open(*database_, RawKey('1'), {}, clock_).value();
    desk_ = std::make_unique<Desk>(*database_, *keys_, clock_);
    ASSERT_TRUE(EnsureServiceOrg(*desk_).ok());
  }

  Principal MakePrincipal(Role role, const std::string& org_id) const {
    return Principal{.id = "token:" + std::string(RoleName(role)),
                     .org_id = org_id,
                     .role = role,
                     .repos = {},
                     .environments = {},
                     .is_protected = false};
  }
  Principal Admin() const { return MakePrincipal(Role::kAdmin, org_); }
  Principal Developer() const { return MakePrincipal(Role::kDeveloper, org_); }
  Principal Runner(std::vector<std::string> repos = {"web"}) const {
    Principal runner = MakePrincipal(Role::kRunner, org_);
    runner.repos = std::move(repos);
    return runner;
  }
  Principal OtherAdmin() const { return MakePrincipal(Role::kAdmin, other_org_); }

  Connections connections() { return Connections(*desk_); }
  Attachments attachments() { return Attachments(*desk_); }
  Grants grants() { return Grants(*desk_); }
  Tokens tokens() { return Tokens(*desk_); }

  std::string MakeConnection(const std::string& name, std::string_view password = kPassword) {
    return connections().Create(Admin(), PostgresBody(name, password)).value().id;
  }
  std::string MakeAttached(const std::string& name, const std::string& repo = "web") {
    const std::string id = MakeConnection(name);
    EXPECT_TRUE(attachments().Attach(Admin(), repo, {.id = id}, {}).ok());
    return id;
  }
  static GrantRequest Ask(const std::vector<std::string>& references,
                          const std::string& repo = "web") {
    GrantRequest request;
    request.repo = repo;
    for (const std::string& reference : references) {
      request.connections.push_back(
          {.reference = Reference::Parse(reference).value(), .presence = Presence::kRequired});
    }
    return request;
  }
  static LeaseProof ProofOf(const Grant& grant) {
    return {.id = grant.id, .secret = grant.secret.Clone()};
  }

  // What somebody does who can write to the database but has no key. How many rows it changed.
  std::int64_t Tamper(std::string_view sql, const SqlSession::Parameters& parameters = {}) {
    return database_
        ->Write<std::int64_t>([&](SqlSession& session) { return session.Execute(sql, parameters); })
        .value();
  }
  std::int64_t Number(std::string_view sql, const SqlSession::Parameters& parameters = {}) {
    return database_
        ->Read<std::int64_t>([&](SqlSession& session) -> Result<std::int64_t> {
          ASSIGN_OR_RETURN(const SqlRow row, session.QueryOne(sql, parameters, "row"));
          return row.Integer(0);
        })
        .value();
  }

  AuditReport Verify() { return VerifyAudit(*desk_, org_).value(); }
  // The only finding; "" when there is none.
  std::string Finding() {
    const AuditReport report = Verify();
    EXPECT_LE(report.findings.size(), 1U);
    return report.findings.empty() ? "" : report.findings.front();
  }
  // "action outcome reason" of the newest events, newest first.
  std::vector<std::string> NewestEvents(std::size_t count) {
    std::vector<std::string> events;
    const auto page = AuditLog(*desk_).List(Admin(), {}, {.after = "", .limit = count}).value();
    for (const AuditRecord& record : page.items) {
      const AuditEvent& event = record.event;
      const bool done = event.outcome == AuditEvent::Outcome::kDone;
      events.push_back(event.action + (done ? " done" : " refused ") + event.reason);
    }
    return events;
  }

  TestDatabase files_{GetParam()};
  ManualClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<Desk> desk_;
  std::string org_;
  std::string other_org_;
};

inline std::string PasswordOf(const Connection& connection) {
  const Field* field = connection.FieldNamed("password");
  return field == nullptr ? "" : std::string(field->value.string().Reveal());
}

}  // namespace injector::testing
