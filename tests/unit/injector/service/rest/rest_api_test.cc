// The REST interface in this process: preconditions, repetitions, limits, and waits that end when
// they should.

#include "injector/service/rest/rest_api.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/injector/service/service_fixture.h"

namespace injector::rest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Headers = std::vector<std::pair<std::string, std::string>>;

class RestApiTest : public testing::ServiceFixture {
 protected:
  RestApiTest() {
    admin_ = TokenFor({.role = Role::kAdmin});
    runner_ = TokenFor({.role = Role::kRunner, .repos = {"web"}});
    StartApi({});
  }

  std::string TokenFor(const TokenRequest& request) {
    const NewToken token = tokens().Create(Admin(), request).value();
    token_ids_.push_back(token.info.id);
    return std::string(token.token.Reveal());
  }
  void StartApi(RestApi::Options options) {
    api_.reset();
    api_ = std::make_unique<RestApi>(*desk_, log_, options);
  }

  http::ServerResponse Send(const std::string& token, const std::string& method,
                            const std::string& target, std::string_view body = "",
                            Headers headers = {}) {
    http::ServerRequest request;
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    if (request.path != target) request.query = target.substr(request.path.size() + 1);
    request.headers = std::move(headers);
    request.headers.emplace_back("Authorization", "Bearer " + token);
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.body = Secret::CopyOf(body);
    request.peer.address = "192.0.2.7";
    return api_->Answer(request);
  }
  http::ServerResponse Patch(const std::string& id, std::string_view body, Headers headers) {
    return Send(admin_, "PATCH", "/api/v1/service-connections/" + id, body, std::move(headers));
  }

  // A lease by REST, as the path and header that show it.
  struct Lease {
    std::string path;
    std::string revision;
    Headers proof;
  };
  Lease MakeLease() {
    const http::ServerResponse made =
        Send(runner_, "POST", "/api/v1/repos/web/grants", R"({"connections":["main"]})");
    const Value json = ParseJson(made.body.Reveal()).value();
    const auto text = [&](const char* name) {
      return std::string(json.Find(name)->ToText().Reveal());
    };
    return {.path = "/api/v1/grants/" + text("id"),
            .revision = text("revision"),
            .proof = {{"Grant-Secret", text("secret")}}};
  }
  http::ServerResponse Poll(const Lease& lease) {
    return Send(runner_, "GET", lease.path + "/changes?wait=25&after=" + lease.revision, "",
                lease.proof);
  }
  std::size_t Waiting() {
    const std::string metrics(Send("", "GET", "/metrics").body.Reveal());
    const std::string name = "\ninjector_change_waits ";
    return std::stoul(metrics.substr(metrics.find(name) + name.size()));
  }
  void AwaitWaiting(std::size_t count) {
    while (Waiting() != count) std::this_thread::yield();
  }

  Log log_{Log::Level::kError};
  std::unique_ptr<RestApi> api_;
  std::vector<std::string> token_ids_;  // of admin_ and runner_
  std::string admin_;
  std::string runner_;
};

INSTANTIATE_TEST_SUITE_P(, RestApiTest, testing::kAllDatabases, testing::DatabaseKindName());

constexpr std::chrono::hours kNever{1};

// Nothing but what the test does ends a wait before its time.
RestApi::Options OnlyByNotice() {
  return {.waits = {.most = 512, .interval = kNever, .recheck = kNever}, .trusted_proxies = {}};
}

TEST_P(RestApiTest, TheWholeOrgIsNoRepo) {
  const std::string id = MakeConnection("main");
  const std::string body = R"({"connectionId":")" + id + "\"}";
  for (const char* repo : {"*", "%2A"}) {
    const std::string path = std::string("/api/v1/repos/") + repo;
    EXPECT_EQ(Send(admin_, "POST", path + "/service-connections", body).status, 400);
    EXPECT_EQ(Send(admin_, "GET", path + "/service-connections").status, 400);
    EXPECT_EQ(Send(admin_, "DELETE", path + "/service-connections/" + id).status, 400);
    EXPECT_EQ(Send(admin_, "POST", path + "/variables", R"({"key":"A"})").status, 400);
    EXPECT_EQ(Send(admin_, "GET", path + "/variables").status, 400);
    EXPECT_EQ(Send(admin_, "DELETE", path + "/variables/A").status, 400);
  }
  EXPECT_EQ(Send(admin_, "POST", "/api/v1/org/service-connections", body).status, 201);
  EXPECT_EQ(Send(admin_, "DELETE", "/api/v1/org/service-connections/" + id).status, 204);
}

TEST_P(RestApiTest, CountsWhatCannotBeDecrypted) {
  const std::string id = MakeConnection("main");
  EXPECT_EQ(Send(admin_, "POST", "/api/v1/repos/web/service-connections",
                 R"({"connectionId":")" + id + "\"}")
                .status,
            201);
  const auto metrics = [this] { return std::string(Send("", "GET", "/metrics").body.Reveal()); };
  const std::string damaged = R"(injector_data_failures_total{kind="damaged"} )";
  const auto grant = [this] {
    return Send(runner_, "POST", "/api/v1/repos/web/grants", R"({"connections":["main"]})").status;
  };
  EXPECT_EQ(grant(), 201);
  EXPECT_THAT(metrics(), HasSubstr(damaged + "0"));
  Tamper("UPDATE connection_versions SET config_encrypted = 'AAAA' WHERE connection_id = :1", {id});
  EXPECT_EQ(grant(), 500);
  EXPECT_EQ(grant(), 500);
  EXPECT_THAT(metrics(), HasSubstr(damaged + "2"));
  EXPECT_THAT(metrics(), Not(HasSubstr("main"))) << "labels name nothing of anybody's";
}

TEST_P(RestApiTest, APreconditionCanBeThatItIsThere) {
  const std::string id = MakeConnection("main");
  EXPECT_EQ(Patch(id, R"({"config":{"host":"a"}})", {}).status, 428);
  EXPECT_EQ(Patch(id, R"({"config":{"host":"a"}})", {{"If-Match", "\"7\""}}).status, 412);
  EXPECT_EQ(Patch(id, R"({"config":{"host":"a"}})", {{"If-Match", "*"}}).status, 200);
  EXPECT_EQ(connections().Get(Admin(), id).value().version, 2);
  const std::string path = "/api/v1/service-connections/" + id;
  EXPECT_EQ(Send(admin_, "DELETE", path, "", {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(Send(admin_, "DELETE", path, "", {{"If-Match", " * "}}).status, 204);
}

TEST_P(RestApiTest, ARepetitionHasTheSamePrecondition) {
  const std::string id = MakeConnection("main");
  const auto patch = [&](const char* version) {
    return Patch(id, R"({"config":{"host":"a"}})",
                 {{"If-Match", version}, {"Idempotency-Key", "k"}})
        .status;
  };
  EXPECT_EQ(patch("\"1\""), 200);
  EXPECT_EQ(patch("\"1\""), 200);
  EXPECT_EQ(patch("\"2\""), 422);
  EXPECT_EQ(connections().Get(Admin(), id).value().version, 2);
}

TEST_P(RestApiTest, ShowsADamagedConnection) {
  const std::string id = MakeConnection("main");
  const std::string path = "/api/v1/service-connections/" + id;
  EXPECT_THAT(std::string(Send(admin_, "GET", path).body.Reveal()), Not(HasSubstr("isDamaged")));
  Tamper("DELETE FROM connection_versions");
  EXPECT_THAT(std::string(Send(admin_, "GET", path).body.Reveal()),
              HasSubstr("\"isDamaged\":true"));
  EXPECT_EQ(Send(admin_, "DELETE", path).status, 204);
}

TEST_P(RestApiTest, AWaitEndsWithItsLeaseAndNoOther) {
  MakeAttached("main");
  StartApi(OnlyByNotice());
  const Lease released = MakeLease();
  const Lease kept = MakeLease();
  int released_status = 0;
  int kept_status = 0;
  std::jthread other([&] { kept_status = Poll(kept).status; });
  std::jthread waiter([&] { released_status = Poll(released).status; });
  AwaitWaiting(2);
  EXPECT_EQ(Send(runner_, "DELETE", released.path, "", released.proof).status, 204);
  waiter.join();
  EXPECT_EQ(released_status, 404);
  EXPECT_EQ(Waiting(), 1U);
  EXPECT_EQ(Send(runner_, "DELETE", kept.path, "", kept.proof).status, 204);
  other.join();
  EXPECT_EQ(kept_status, 404);
}

TEST_P(RestApiTest, AWaitEndsWithItsToken) {
  MakeAttached("main");
  StartApi(OnlyByNotice());
  const Lease lease = MakeLease();
  http::ServerResponse answer;
  std::jthread waiter([&] { answer = Poll(lease); });
  AwaitWaiting(1);
  EXPECT_EQ(Send(admin_, "DELETE", "/api/v1/tokens/" + token_ids_[1]).status, 204);
  waiter.join();
  EXPECT_EQ(answer.status, 401);
}

// Released, or revoked, at another replica, which can tell nobody here.
TEST_P(RestApiTest, AWaitAsksWhetherItMayGoOn) {
  MakeAttached("main");
  StartApi({.waits = {.most = 512, .interval = kNever, .recheck = std::chrono::milliseconds(5)},
            .trusted_proxies = {}});
  const Lease lease = MakeLease();
  const Lease revoked = MakeLease();
  int lease_status = 0;
  int revoked_status = 0;
  std::jthread waiter([&] { lease_status = Poll(lease).status; });
  std::jthread second([&] { revoked_status = Poll(revoked).status; });
  Tamper("UPDATE leases SET ended_at = 1 WHERE id = :1",
         {lease.path.substr(lease.path.rfind('/') + 1)});
  waiter.join();
  EXPECT_EQ(lease_status, 404);
  ASSERT_TRUE(tokens().Revoke(Admin(), token_ids_[1]).ok());
  second.join();
  EXPECT_EQ(revoked_status, 401);
}

// Many failures of one address that are followed by none.
TEST_P(RestApiTest, CountsFailedLoginsToTheLast) {
  for (int i = 0; i < 40; ++i) {
    EXPECT_NE(Send("inj_nonsense", "GET", "/api/v1/repos").status, 200);
  }
  const auto counts = [&] {
    std::vector<std::string> found;
    const Principal service = MakePrincipal(Role::kAdmin, std::string(kServiceOrg));
    const auto page = AuditLog(*desk_).List(service, {.actor = "nobody"}, {}).value();
    for (const AuditRecord& record : page.items) {
      found.push_back(record.event.details.back().second);
    }
    return found;
  };
  EXPECT_EQ(counts(), std::vector<std::string>{"1"});
  api_.reset();
  EXPECT_EQ(counts(), (std::vector<std::string>{"39", "1"}));
}

class ChangeWaitsTest : public testing::ServiceFixture {
 protected:
  using Outcome = ChangeWaits::Outcome;
  using Moment = ChangeWaits::Moment;

  Result<Outcome> Await(const std::string& org, Moment deadline = Moment::max()) {
    return waits_.Await(org, "lease", 1 << 20, deadline, stop_.get_token());
  }
  std::jthread Waiter(const std::string& org, Result<Outcome>& outcome) {
    const std::size_t before = waits_.waiting();
    std::jthread thread([this, org, &outcome] { outcome = Await(org); });
    while (waits_.waiting() == before) std::this_thread::yield();
    return thread;
  }
  ChangeWaits waits_{*desk_, {.most = 2, .interval = kNever, .recheck = kNever}};
  std::stop_source stop_;
};

INSTANTIATE_TEST_SUITE_P(, ChangeWaitsTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(ChangeWaitsTest, NoOrgKeepsAnotherFromWaiting) {
  Result<Outcome> first = Outcome::kChanged;
  Result<Outcome> second = Outcome::kChanged;
  Result<Outcome> other = Outcome::kChanged;
  std::jthread first_thread = Waiter(org_, first);
  std::jthread second_thread = Waiter(org_, second);
  EXPECT_FALSE(Await(org_).ok());  // too many of its own
  std::jthread other_thread([&] { other = Await(other_org_); });
  first_thread.join();
  EXPECT_EQ(first.value(), Outcome::kOver);
  EXPECT_FALSE(Await(org_).ok());  // it has its share
  EXPECT_FALSE(Await(other_org_).ok());
  EXPECT_EQ(waits_.waiting(), 2U);
  stop_.request_stop();
  second_thread.join();
  other_thread.join();
  EXPECT_EQ(second.value(), Outcome::kOver);
  EXPECT_EQ(other.value(), Outcome::kOver);
  EXPECT_EQ(waits_.waiting(), 0U);
}

}  // namespace
}  // namespace injector::rest
