// A job's grant against a service that answers well, badly, late or not at all.

#include "injector/sources/service/service_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "injector/model/json.h"
#include "tests/support/service_stand_in.h"
#include "tests/support/temp_dir.h"

namespace injector {
namespace {

using injector::testing::ChangesAnswer;
using injector::testing::GrantAnswer;
using injector::testing::GrantAnswerUntil;
using injector::testing::JsonAnswer;
using injector::testing::ProblemAnswer;
using injector::testing::SeenRequest;
using injector::testing::ServiceStandIn;
using injector::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kGrants[] = "POST /api/v1/repos/acme%2Fweb/grants";
constexpr char kMovies[] =
    R"([{"name": "movies", "type": "mysql", "default": true, "version": 7,
         "fields": {"host": "db", "password": "canary-password"}, "secretFields": ["password"]}])";
constexpr char kTwo[] =
    R"([{"name": "movies", "type": "mysql", "default": true, "version": 7, "fields": {},
         "secretFields": []},
        {"name": "releases", "type": "postgres", "default": false, "version": 1, "fields": {},
         "secretFields": [], "new-in-a-later-service": 1}])";

std::shared_ptr<ServiceOptions> OptionsFor(const std::string& url) {
  auto options = std::make_shared<ServiceOptions>();
  options->url = url;
  options->token = Secret::CopyOf("inj_canary_token");
  return options;
}

ServiceSource SourceAt(const std::string& url,
                       std::chrono::milliseconds patience = std::chrono::seconds(30)) {
  Lender lender = ServiceLender(OptionsFor(url), "acme/web");
  lender.times.shortest_pause = std::chrono::milliseconds(1);
  return ServiceSource(std::move(lender), std::chrono::steady_clock::now() + patience);
}

// The same as a sidecar, which may not know its leases any more.
Lender SidecarLenderAt(const std::string& url) {
  Lender lender = ServiceLender(OptionsFor(url), "acme/web");
  lender.lost_lease = Lender::LostLease::kIsReplaced;
  lender.farewell = Lender::Farewell::kWithMaskedRuns;
  lender.times.shortest_pause = std::chrono::milliseconds(1);
  return lender;
}

std::unique_ptr<Lease> LeaseOf(Lender lender) {
  FetchRequest request;
  request.connections.push_back({.reference = Reference::Parse("movies").value()});
  ServiceSource source(std::move(lender),
                       std::chrono::steady_clock::now() + std::chrono::seconds(30));
  return std::move(source.Fetch(request).value().lease);
}

FetchRequest AskFor(std::initializer_list<const char*> references,
                    Presence presence = Presence::kRequired) {
  FetchRequest request;
  for (const char* reference : references) {
    request.connections.push_back(
        {.reference = Reference::Parse(reference).value(), .presence = presence});
  }
  return request;
}

TEST(ServiceSourceTest, AsksForTheJobsGrant) {
  ServiceStandIn service([](const SeenRequest&) { return GrantAnswer(kMovies); });
  FetchRequest request = AskFor({"@mysql"});
  request.connections.push_back(
      {.reference = Reference::Parse("@aws.x").value(), .presence = Presence::kOptional});
  request.variables.push_back({.key = "region", .presence = Presence::kOptional});
  request.attached = Attached::kAll;
  ASSERT_TRUE(SourceAt(service.url()).Fetch(request).ok());
  const SeenRequest seen = service.requests().front();
  EXPECT_EQ(seen.line, kGrants);
  EXPECT_EQ(seen.Header("Authorization"), "Bearer inj_canary_token");
  EXPECT_EQ(seen.Header("Content-Type"), "application/json");
  EXPECT_EQ(seen.Header("Idempotency-Key").size(), 32U);
  EXPECT_EQ(seen.body, R"({"connections":["@mysql",{"ref":"@aws.x","optional":true}],)"
                       R"("variables":[{"key":"region","optional":true}],"attached":true})");
}

TEST(ServiceSourceTest, AnswersInTheOrderOfTheRequest) {
  ServiceStandIn service([](const SeenRequest&) {
    return GrantAnswer(kTwo,
                       R"([{"key": "region", "value": "eu", "isSecret": false, "version": 3}])");
  });
  FetchRequest request = AskFor({"releases", "@mysql", "@mysql.movies"});
  request.variables.push_back({.key = "region"});
  const auto answer = SourceAt(service.url()).Fetch(request);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  ASSERT_EQ(answer->connections.size(), 3U);
  EXPECT_EQ(answer->connections[0]->name.Full(), "@postgres.releases");
  EXPECT_EQ(answer->connections[1]->name.Full(), "@mysql.movies");
  EXPECT_EQ(answer->connections[1]->version, 7U);
  EXPECT_EQ(answer->connections[2]->name.Full(), "@mysql.movies");
  EXPECT_EQ(answer->variables.front()->value.Reveal(), "eu");
  EXPECT_EQ(answer->variables.front()->version, 3U);
  EXPECT_TRUE(answer->attached_connections.empty());
}

TEST(ServiceSourceTest, TellsAttachedFromNamed) {
  ServiceStandIn service([](const SeenRequest&) {
    return GrantAnswer(kTwo,
                       R"([{"key": "region", "value": "eu", "isSecret": false, "version": 3}])");
  });
  FetchRequest request = AskFor({"movies"});
  request.attached = Attached::kAll;
  const auto answer = SourceAt(service.url()).Fetch(request);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  ASSERT_EQ(answer->attached_connections.size(), 1U);
  EXPECT_EQ(answer->attached_connections[0].name.alias, "releases");
  ASSERT_EQ(answer->attached_variables.size(), 1U);
}

TEST(ServiceSourceTest, AnOptionalOneMayBeMissing) {
  ServiceStandIn service([](const SeenRequest&) { return GrantAnswer("[]"); });
  const auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"}, Presence::kOptional));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->connections[0].error().code(), ErrorCode::kNotFound);
}

struct AnswerRow {
  const char* name;
  http::ServerResponse answer;
  ErrorCode code;
  const char* says;
};

std::vector<AnswerRow> Refusals() {
  std::vector<AnswerRow> rows;
  const auto add = [&rows](const char* name, http::ServerResponse answer, ErrorCode code,
                           const char* says) {
    rows.push_back({name, std::move(answer), code, says});
  };
  add("unauthenticated", ProblemAnswer(401, "unauthenticated", "no such token"),
      ErrorCode::kUnauthenticated, "no such token");
  add("not_granted", ProblemAnswer(403, "not_granted", "not all of it is the job's"),
      ErrorCode::kPermissionDenied, "not all of it is the job's");
  add("not_found", ProblemAnswer(404, "not_found", "no such repo"), ErrorCode::kNotFound,
      "no such repo");
  add("conflict", ProblemAnswer(409, "conflict", "two defaults"), ErrorCode::kConflict, "two");
  add("bad_request", ProblemAnswer(400, "invalid_argument", "bad"), ErrorCode::kFailedPrecondition,
      "bad");
  add("redirect", JsonAnswer(302, ""), ErrorCode::kFailedPrecondition, "status 302");
  add("control_characters", ProblemAnswer(403, "x", "a\x1b[2Jb"), ErrorCode::kPermissionDenied,
      "a [2Jb");
  add("other_json", JsonAnswer(201, "[1]"), ErrorCode::kDataLoss, "not a grant");
  add("garbage", JsonAnswer(201, "<html>"), ErrorCode::kDataLoss, "no JSON");
  add("empty", JsonAnswer(201, ""), ErrorCode::kDataLoss, "not a grant");
  add("no_connections", JsonAnswer(201, R"({"id": "1", "secret": "s",
      "expiresAt": "2030-01-01T00:00:00Z"})"),
      ErrorCode::kDataLoss, "connections");
  add("bad_time", GrantAnswerUntil("tomorrow", kMovies), ErrorCode::kDataLoss, "expiresAt");
  add("bad_name", GrantAnswer(R"([{"name": "../x", "type": "mysql", "version": 1, "fields": {}}])"),
      ErrorCode::kDataLoss, "without a name");
  add("bad_version",
      GrantAnswer(R"([{"name": "movies", "type": "mysql", "version": "1", "fields": {}}])"),
      ErrorCode::kDataLoss, "version");
  add("bad_variable", GrantAnswer(kMovies, R"([{"key": "A=B", "value": "x"}])"),
      ErrorCode::kDataLoss, "variable");
  add("not_what_was_asked_for", GrantAnswer("[]"), ErrorCode::kDataLoss, "@mysql.movies");
  return rows;
}

// None is tried again, and none is taken for another.
TEST(ServiceSourceTest, RefusalsAndWrongAnswersAreFinal) {
  std::vector<AnswerRow> rows = Refusals();
  for (AnswerRow& row : rows) {
    ServiceStandIn service([&row](const SeenRequest& request) {
      return request.line == kGrants ? std::move(row.answer) : JsonAnswer(204, "");
    });
    const auto answer = SourceAt(service.url()).Fetch(AskFor({"@mysql.movies"}));
    ASSERT_FALSE(answer.ok()) << row.name;
    EXPECT_EQ(answer.error().code(), row.code) << row.name;
    EXPECT_THAT(answer.error().message(), HasSubstr(row.says)) << row.name;
    EXPECT_THAT(answer.error().message(), HasSubstr(service.url())) << row.name;
    EXPECT_THAT(answer.error().message(), Not(HasSubstr("canary"))) << row.name;
    EXPECT_EQ(service.requests().front().line, kGrants);
  }
}

TEST(ServiceSourceTest, ATokenThatIsSentBackIsNotSaid) {
  ServiceStandIn service([](const SeenRequest& request) {
    return ProblemAnswer(403, "x",
                         "no such token: " + std::string(request.Header("Authorization")));
  });
  const auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kPermissionDenied);
  EXPECT_THAT(answer.error().message(), ::testing::Not(HasSubstr("canary")));
}

TEST(ServiceSourceTest, AsksAgainWhileTheServiceIsUnavailable) {
  int tries = 0;
  ServiceStandIn service([&tries](const SeenRequest&) {
    ++tries;
    if (tries == 1) {
      http::ServerResponse busy = ProblemAnswer(429, "too_many_requests", "later");
      busy.headers.emplace_back("Retry-After", "0");
      return busy;
    }
    return tries == 2 ? ProblemAnswer(503, "unavailable", "soon") : GrantAnswer(kMovies);
  });
  ASSERT_TRUE(SourceAt(service.url()).Fetch(AskFor({"movies"})).ok());
  const auto seen = service.requests();
  EXPECT_EQ(seen[0].Header("Idempotency-Key"), seen[1].Header("Idempotency-Key"));
  EXPECT_EQ(seen[0].Header("Idempotency-Key"), seen[2].Header("Idempotency-Key"));
}

TEST(ServiceSourceTest, StopsAskingAtTheDeadline) {
  ServiceStandIn service(
      [](const SeenRequest&) { return ProblemAnswer(503, "unavailable", "no"); });
  const auto answer =
      SourceAt(service.url(), std::chrono::milliseconds(1)).Fetch(AskFor({"movies"}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kDeadlineExceeded);
  EXPECT_LE(service.requests().size(), 1U) << "the time may be over before the first is there";
}

TEST(ServiceSourceTest, GivesTheLeaseBack) {
  ServiceStandIn service([](const SeenRequest& request) {
    return request.line == kGrants ? GrantAnswer(kMovies) : JsonAnswer(204, "");
  });
  { ASSERT_TRUE(SourceAt(service.url()).Fetch(AskFor({"movies"})).ok()); }
  const SeenRequest farewell = service.requests().back();
  EXPECT_EQ(farewell.line, "DELETE /api/v1/grants/lease-1");
  EXPECT_EQ(farewell.Header("Grant-Secret"), "lease-secret");
}

constexpr char kMoviesChanged[] = R"([{"name": "movies", "type": "mysql", "version": 8}])";

std::string RenewalUntil(const std::string& expires_at) {
  return R"({"expiresAt": ")" + expires_at +
         R"(", "revision": 1, "changed": {"connections": [], "variables": []},
             "removed": {"connections": [], "variables": []}})";
}

// What a holder has heard.
class Heard {
 public:
  LeaseHolder Holder(bool answer = true) {
    return {.say = [this](const Error& error) { Add("said: " + error.message()); },
            .take =
                [this, answer](LeaseChanges changes) {
                  std::string text = changes.source.empty() ? "" : "took:";
                  for (const Connection& one : changes.connections) {
                    text += " " + one.name.Full() + " v" + std::to_string(one.version);
                  }
                  for (const Variable& one : changes.variables) text += " " + one.key;
                  for (const std::string& one : changes.removed) text += " -" + one;
                  Add(std::move(text));
                  return answer;
                }};
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void Add(std::string text) {
    const std::lock_guard lock(mutex_);
    heard_.push_back(std::move(text));
  }
  std::mutex mutex_;
  std::vector<std::string> heard_;
};

TEST(ServiceSourceTest, RenewsTheLeaseUntilItGoes) {
  int renewals = 0;
  ServiceStandIn service([&renewals](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswerUntil("2020-01-01T00:00:00Z", kMovies);
    if (request.line.starts_with("GET")) return ChangesAnswer(1);
    if (request.line.ends_with("/renew")) ++renewals;
    return JsonAnswer(200,
                      RenewalUntil(renewals < 3 ? "2020-01-01T00:00:00Z" : "2099-01-01T00:00:00Z"));
  });
  Heard heard;
  auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"})).value();
  ASSERT_TRUE(answer.lease->Keep(heard.Holder()).ok());
  service.WaitFor("POST /api/v1/grants/lease-1/renew");
  answer.lease.reset();
  EXPECT_TRUE(service.Saw("DELETE /api/v1/grants/lease-1"));
  EXPECT_THAT(heard.all(), ::testing::IsEmpty());
}

TEST(ServiceSourceTest, BringsWhatHasChangedAndThenSaysThatItIsMasked) {
  ServiceStandIn service([](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswer(kMovies);
    if (request.line.find("/changes?after=1&") != std::string::npos) {
      return ChangesAnswer(9, kMoviesChanged);
    }
    if (request.line.ends_with("/renew")) {
      return JsonAnswer(200, R"({"expiresAt": "2099-01-01T00:00:00Z", "revision": 9,
          "changed": {"connections": [{"name": "movies", "type": "mysql", "version": 8,
             "fields": {"password": "new"}, "secretFields": ["password"]}],
             "variables": [{"key": "region", "value": "eu", "isSecret": false, "version": 3}]},
          "removed": {"connections": [{"name": "x", "type": "aws"}], "variables": ["token"]}})");
    }
    return ChangesAnswer(9);
  });
  Heard heard;
  auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"})).value();
  ASSERT_TRUE(answer.lease->Keep(heard.Holder()).ok());
  service.WaitFor("GET /api/v1/grants/lease-1/changes?after=9&");
  answer.lease.reset();
  EXPECT_THAT(heard.all(), ElementsAre("took: @mysql.movies v8 region -@aws.x -variable token"));
  const SeenRequest asked = service.requests()[1];
  EXPECT_EQ(asked.line, "GET /api/v1/grants/lease-1/changes?after=1&wait=1");
  EXPECT_EQ(asked.Header("Grant-Secret"), "lease-secret");
}

TEST(ServiceSourceTest, DoesNotSayThatWhatWasNotTakenIsMasked) {
  ServiceStandIn service([](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswerUntil("2020-01-01T00:00:00Z", kMovies);
    if (request.line.starts_with("GET")) {
      return ChangesAnswer(9, kMoviesChanged);
    }
    return JsonAnswer(200, R"({"expiresAt": "2020-01-01T00:00:00Z", "revision": 9,
        "changed": {"connections": [], "variables": []},
        "removed": {"connections": [{"name": "x", "type": "aws"}], "variables": []}})");
  });
  Heard heard;
  auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"})).value();
  ASSERT_TRUE(answer.lease->Keep(heard.Holder(/*answer=*/false)).ok());
  while (heard.all().size() < 3) std::this_thread::yield();
  answer.lease.reset();
  for (const SeenRequest& request : service.requests()) {
    EXPECT_THAT(request.line, Not(HasSubstr("after=9")));
  }
}

// What was not masked is not acknowledged by asking for what comes after it, before the holder has
// taken something later.
TEST(ServiceSourceTest, ListensAgainOnceTheHolderHasTakenALaterChange) {
  std::atomic<int> renewals = 0;
  ServiceStandIn service([&renewals](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswerUntil("2020-01-01T00:00:00Z", kMovies);
    if (request.line.starts_with("GET")) return ChangesAnswer(renewals < 3 ? 1 : 10);
    if (request.line.starts_with("DELETE")) return JsonAnswer(204, "");
    ++renewals;
    const std::string removed =
        renewals == 2 ? "" : R"({"name": "x)" + std::to_string(renewals) + R"(", "type": "aws"})";
    return JsonAnswer(200, R"({"expiresAt": "2020-01-01T00:00:00Z", "revision": )" +
                               std::to_string(renewals < 3 ? 9 : 10) +
                               R"(, "changed": {"connections": [], "variables": []},
        "removed": {"connections": [)" +
                               (renewals > 3 ? "" : removed) + R"(], "variables": []}})");
  });
  auto lease = LeaseOf(SidecarLenderAt(service.url()));
  bool takes = false;
  ASSERT_TRUE(
      lease
          ->Keep({.say = [](const Error&) {},
                  .take = [&takes](const LeaseChanges&) { return std::exchange(takes, true); }})
          .ok());
  constexpr char kLater[] = "GET /api/v1/grants/lease-1/changes?after=10";
  while (!service.Saw(kLater) && renewals < 50) std::this_thread::yield();
  lease.reset();
  EXPECT_TRUE(service.Saw(kLater));
  EXPECT_FALSE(service.Saw("GET /api/v1/grants/lease-1/changes?after=9"));
}

TEST(ServiceSourceTest, OneQuestionThatFailedDoesNotEndListening) {
  std::atomic<int> questions = 0;
  std::atomic<int> renewals = 0;
  ServiceStandIn service([&](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswer(kMovies);
    if (request.line.starts_with("GET")) {
      return ++questions == 1 ? ProblemAnswer(400, "bad", "a proxy says no") : ChangesAnswer(1);
    }
    ++renewals;
    return JsonAnswer(200, RenewalUntil("2020-01-01T00:00:00Z"));
  });
  auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"})).value();
  Heard heard;
  ASSERT_TRUE(answer.lease->Keep(heard.Holder()).ok());
  while (questions < 2 && renewals < 50) std::this_thread::yield();
  answer.lease.reset();
  EXPECT_GE(questions, 2);
  ASSERT_EQ(heard.all().size(), 1U);
  EXPECT_THAT(heard.all()[0], HasSubstr("come only when the lease is renewed"));
}

TEST(ServiceSourceTest, ASidecarThatForgetsAtOnceIsNotAskedAtOnce) {
  ServiceStandIn sidecar([](const SeenRequest& request) {
    return request.line == kGrants ? GrantAnswer(kMovies)
                                   : ProblemAnswer(404, "not_found", "no such lease");
  });
  Lender lender = SidecarLenderAt(sidecar.url());
  lender.times.first_retry = std::chrono::hours(1);
  auto lease = LeaseOf(std::move(lender));
  Heard heard;
  ASSERT_TRUE(lease->Keep(heard.Holder()).ok());
  sidecar.WaitFor("GET");
  for (int i = 0; i < 50 && heard.all().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  lease.reset();
  EXPECT_THAT(heard.all(), ::testing::IsEmpty()) << "it was granted again";
}

TEST(ServiceSourceTest, SaysNoGoodByeToALenderThatIsAway) {
  ServiceStandIn sidecar([](const SeenRequest& request) {
    return request.line == kGrants ? GrantAnswer(kMovies)
                                   : ProblemAnswer(503, "unavailable", "later");
  });
  auto lease = LeaseOf(SidecarLenderAt(sidecar.url()));
  Heard heard;
  ASSERT_TRUE(lease->Keep(heard.Holder()).ok());
  while (heard.all().empty()) std::this_thread::yield();
  lease.reset();
  EXPECT_FALSE(sidecar.Saw("DELETE"));
}

TEST(ServiceSourceTest, SaysGoodByeOnce) {
  std::atomic<int> farewells = 0;
  ServiceStandIn service([&farewells](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswer(kMovies);
    ++farewells;
    return ProblemAnswer(503, "unavailable", "later");
  });
  { const auto lease = LeaseOf(SidecarLenderAt(service.url())); }
  EXPECT_EQ(farewells, 1);
}

TEST(ServiceSourceTest, TellsASidecarHowOftenSomethingWasMasked) {
  ServiceStandIn sidecar([](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswer(kMovies);
    return request.line.starts_with("GET") ? ChangesAnswer(1) : JsonAnswer(204, "");
  });
  auto lease = LeaseOf(SidecarLenderAt(sidecar.url()));
  Heard heard;
  LeaseHolder holder = heard.Holder();
  holder.masked_runs = [] { return 7; };
  ASSERT_TRUE(lease->Keep(std::move(holder)).ok());
  lease.reset();
  for (const SeenRequest& request : sidecar.requests()) {
    if (request.line == kGrants) continue;
    const bool is_farewell = request.line.starts_with("DELETE");
    EXPECT_EQ(request.body, is_farewell ? R"({"maskedRuns":7})" : "") << request.line;
  }
  EXPECT_TRUE(sidecar.Saw("DELETE"));
}

TEST(ServiceSourceTest, AServiceThatTellsNoChangesStillRenews) {
  ServiceStandIn service([](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswer(kMovies);
    if (request.line.starts_with("GET")) return ProblemAnswer(404, "not_found", "no such page");
    return JsonAnswer(200, RenewalUntil("2099-01-01T00:00:00Z"));
  });
  Heard heard;
  auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"})).value();
  ASSERT_TRUE(answer.lease->Keep(heard.Holder()).ok());
  while (heard.all().empty()) std::this_thread::yield();
  answer.lease.reset();
  ASSERT_EQ(heard.all().size(), 1U);
  EXPECT_THAT(heard.all()[0], HasSubstr("no such page"));
  EXPECT_TRUE(service.Saw("DELETE /api/v1/grants/lease-1"));
}

TEST(ServiceSourceTest, SaysOnceThatALeaseHasEnded) {
  ServiceStandIn service([](const SeenRequest& request) {
    if (request.line == kGrants) return GrantAnswerUntil("2020-01-01T00:00:00Z", kMovies);
    return ProblemAnswer(404, "not_found", "no such lease");
  });
  auto answer = SourceAt(service.url()).Fetch(AskFor({"movies"})).value();
  std::promise<std::string> said;
  ASSERT_TRUE(
      answer.lease
          ->Keep({.say = [&](const Error& error) { said.set_value(error.message()); }, .take = {}})
          .ok());
  EXPECT_THAT(said.get_future().get(), HasSubstr("no such lease"));
  answer.lease.reset();
  EXPECT_THAT(service.requests().back().line, HasSubstr("/renew")) << "nothing to give back";
}

TEST(ServiceSourceTest, ReadsTheTokenFileAnew) {
  const TempDir directory;
  const std::string token_file = directory.Write("token", " first\n");
  ServiceStandIn service([](const SeenRequest&) { return GrantAnswer(kMovies); });
  const auto options = OptionsFor(service.url());
  options->token_file = token_file;
  ServiceClient client(options);
  const http::RetryPolicy policy{.deadline =
                                     std::chrono::steady_clock::now() + std::chrono::seconds(30)};
  ASSERT_TRUE(client.Send({}, policy).ok());
  directory.Write("token", "second");
  ASSERT_TRUE(client.Send({}, policy).ok());
  EXPECT_EQ(service.requests()[0].Header("Authorization"), "Bearer first");
  EXPECT_EQ(service.requests()[1].Header("Authorization"), "Bearer second");
}

TEST(ReadTokenTest, RefusesWhatIsNoToken) {
  const TempDir directory;
  for (const std::string& content :
       {std::string(), std::string("\n"), std::string("can ary"), std::string("canary\x7F"),
        std::string("can\nary"), std::string(20'000, 'c')}) {
    ServiceOptions options;
    options.token_file = directory.Write("token", content);
    const auto token = ReadToken(options);
    ASSERT_FALSE(token.ok()) << content;
    EXPECT_THAT(token.error().message(), HasSubstr("token"));
    EXPECT_THAT(token.error().message(), Not(HasSubstr("ary")));
  }
}

}  // namespace
}  // namespace injector
