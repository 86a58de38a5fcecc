// What the service's answers, good and bad, are taken for.

#include "injector/sidecar/service_upstream.h"

#include <gmock/gmock.h>

#include "fake_world.h"
#include "tests/support/service_stand_in.h"
#include "tests/support/temp_dir.h"

namespace injector::sidecar {
namespace {

using injector::testing::GrantAnswer;
using injector::testing::JsonAnswer;
using injector::testing::ProblemAnswer;
using injector::testing::SeenRequest;
using injector::testing::ServiceStandIn;
using injector::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kConnections =
    R"([{"name":"main","type":"aws","version":3,"fields":{"region":"eu"},"secretFields":[]}])";

class ServiceUpstreamTest : public ::testing::Test {
 protected:
  ServiceUpstream Upstream(const std::string& url) {
    ServiceOptions options;
    options.url = url;
    options.token_file = directory_.Write("token", "the-first-token");
    return ServiceUpstream(std::make_shared<const ServiceOptions>(std::move(options)), "acme/web",
                           [this](std::string_view operation, std::string_view outcome) {
                             counted_ += std::string(operation) + ":" + std::string(outcome) + " ";
                           });
  }
  static Patience For(Patience::Tries tries, std::chrono::milliseconds most) {
    return {.tries = tries, .deadline = std::chrono::steady_clock::now() + most, .stop = {}};
  }
  static Patience Once() { return For(Patience::Tries::kOne, std::chrono::seconds(10)); }

  const TempDir directory_;
  std::string counted_;
};

struct AnswerRow {
  const char* name;
  http::ServerResponse (*answer)();
  Failure failure;
};

template <int kStatus>
http::ServerResponse Status() {
  return ProblemAnswer(kStatus, "code", "why");
}

class AnswerTest : public ServiceUpstreamTest, public ::testing::WithParamInterface<AnswerRow> {};

TEST_P(AnswerTest, IsTakenForWhatItMeans) {
  const ServiceStandIn service([](const SeenRequest&) { return GetParam().answer(); });
  ServiceUpstream upstream = Upstream(service.url());
  const LeaseTicket ticket{.id = "lease-1", .secret = Secret::CopyOf("s"), .expires_at = {}};
  const auto renewed = upstream.Renew(ticket, Once());
  ASSERT_FALSE(renewed.ok());
  EXPECT_EQ(FailureOf(renewed.error()), GetParam().failure) << renewed.error().message();
  EXPECT_THAT(service.requests(), SizeIs(1)) << "a renewal is tried once";
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AnswerTest,
    ::testing::Values(
        AnswerRow{"s400", Status<400>, Failure::kRefused},
        AnswerRow{"s401", Status<401>, Failure::kUnauthorised},
        AnswerRow{"s403", Status<403>, Failure::kRefused},
        AnswerRow{"s404", Status<404>, Failure::kGone},
        AnswerRow{"s408", Status<408>, Failure::kUnavailable},
        AnswerRow{"s409", Status<409>, Failure::kRefused},
        AnswerRow{"s422", Status<422>, Failure::kRefused},
        // From something that is not the service, or is out of order.
        AnswerRow{"s302", Status<302>, Failure::kBadAnswer},
        AnswerRow{"s405", Status<405>, Failure::kBadAnswer},
        AnswerRow{"s412", Status<412>, Failure::kBadAnswer},
        AnswerRow{"s429", Status<429>, Failure::kUnavailable},
        AnswerRow{"s500", Status<500>, Failure::kUnavailable},
        AnswerRow{"s503", Status<503>, Failure::kUnavailable},
        AnswerRow{"garbage", [] { return JsonAnswer(200, "<html>"); }, Failure::kBadAnswer},
        AnswerRow{"another_document", [] { return JsonAnswer(200, "{}"); }, Failure::kBadAnswer}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(ServiceUpstreamTest, AsksForAGrantUnderOneKeyUntilItHasIt) {
  int tries = 0;
  const ServiceStandIn service([&tries](const SeenRequest&) {
    return ++tries < 3 ? Status<503>() : GrantAnswer(kConnections);
  });
  ServiceUpstream upstream = Upstream(service.url());
  const auto grant =
      upstream.Create(Wanting("@aws.main"), For(Patience::Tries::kMany, std::chrono::seconds(60)));
  ASSERT_TRUE(grant.ok()) << grant.error().message();
  EXPECT_EQ(grant->ticket.id, "lease-1");
  EXPECT_EQ(grant->connections[0].version, 3U);
  const std::vector<SeenRequest> requests = service.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_THAT(requests[0].line, StartsWith("POST /api/v1/repos/acme%2Fweb/grants"));
  EXPECT_EQ(requests[0].Header("Authorization"), "Bearer the-first-token");
  EXPECT_EQ(requests[0].Header("Idempotency-Key"), requests[2].Header("Idempotency-Key"));
  EXPECT_EQ(counted_, "grant:ok ");
}

TEST_F(ServiceUpstreamTest, A404OnAGrantIsARefusal) {
  const ServiceStandIn service([](const SeenRequest&) { return Status<404>(); });
  ServiceUpstream upstream = Upstream(service.url());
  const auto grant = upstream.Create(Wanting("@aws.main"), Once());
  EXPECT_EQ(FailureOf(grant.error()), Failure::kRefused);
}

TEST_F(ServiceUpstreamTest, TriesAgainWithATokenThatCameMeanwhile) {
  const ServiceStandIn service([this](const SeenRequest& request) {
    if (request.Header("Authorization") == "Bearer the-second-token") {
      return GrantAnswer(kConnections);
    }
    directory_.Write("token", "the-second-token");
    return Status<401>();
  });
  ServiceUpstream upstream = Upstream(service.url());
  EXPECT_TRUE(upstream.Create(Wanting("@aws.main"), Once()).ok());
}

TEST_F(ServiceUpstreamTest, LeavesTheServiceAloneForAsLongAsItAsks) {
  const ServiceStandIn service([](const SeenRequest&) {
    http::ServerResponse response = Status<429>();
    response.headers.emplace_back("Retry-After", "3600");
    return response;
  });
  ServiceUpstream upstream = Upstream(service.url());
  for (int i = 0; i < 3; ++i) {
    const auto grant = upstream.Create(Wanting("@aws.main"), Once());
    EXPECT_EQ(FailureOf(grant.error()), Failure::kUnavailable);
  }
  EXPECT_THAT(service.requests(), SizeIs(1));
}

// What follows from a failure depends on whether the service may have done what it was asked.
TEST_F(ServiceUpstreamTest, KnowsWhenNothingHasHappened) {
  const LeaseTicket ticket{.id = "lease-1", .secret = Secret::CopyOf("s"), .expires_at = {}};
  http::ServerResponse (*answer)() = Status<429>;
  const ServiceStandIn service([&answer](const SeenRequest&) { return answer(); });
  ServiceUpstream upstream = Upstream(service.url());
  EXPECT_EQ(upstream.Renew(ticket, Once()).error().code(), ErrorCode::kUnavailable);
  answer = [] {
    http::ServerResponse response = Status<500>();
    response.headers.emplace_back("Retry-After", "3600");
    return response;
  };
  EXPECT_EQ(upstream.Renew(ticket, Once()).error().code(), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(upstream.Renew(ticket, Once()).error().code(), ErrorCode::kUnavailable) << "not asked";
}

// The pause that it asks for is a part of the time that there is.
TEST_F(ServiceUpstreamTest, TakesNoLongerThanItMay) {
  const ServiceStandIn service([](const SeenRequest&) {
    http::ServerResponse response = Status<503>();
    response.headers.emplace_back("Retry-After", "1");
    return response;
  });
  ServiceUpstream upstream = Upstream(service.url());
  ASSERT_FALSE(upstream.Create(Wanting("@aws.main"), Once()).ok());
  // One pause fits in, and no second one.
  const Patience patience = For(Patience::Tries::kMany, std::chrono::milliseconds(1'500));
  ASSERT_FALSE(upstream.Create(Wanting("@aws.main"), patience).ok());
  EXPECT_LE(service.requests().size(), 2U);
}

TEST_F(ServiceUpstreamTest, CountsWhatItGivesUpItselfAsNoFailure) {
  std::stop_source stop;
  const ServiceStandIn service([](const SeenRequest&) { return Status<503>(); });
  ServiceUpstream upstream = Upstream(service.url());
  const LeaseTicket ticket{.id = "lease-1", .secret = Secret::CopyOf("s"), .expires_at = {}};
  Patience patience = Once();
  patience.stop = stop.get_token();
  stop.request_stop();
  EXPECT_FALSE(upstream.Changes(ticket, 1, std::chrono::seconds(25), patience).ok());
  EXPECT_EQ(counted_, "");
}

TEST_F(ServiceUpstreamTest, OurOwnTroubleIsNoRefusal) {
  ServiceUpstream upstream = Upstream("http://127.0.0.1:1");
  std::remove((directory_ / "token").c_str());
  const auto grant = upstream.Create(Wanting("@aws.main"), Once());
  EXPECT_EQ(FailureOf(grant.error()), Failure::kOurs) << grant.error().message();
  directory_.Write("token", "a-token");
  const auto refused = upstream.Create(Wanting("@aws.main"), Once());
  EXPECT_EQ(FailureOf(refused.error()), Failure::kUnavailable) << refused.error().message();
}

TEST_F(ServiceUpstreamTest, ReportsUsesByName) {
  const ServiceStandIn service([](const SeenRequest&) {
    http::ServerResponse response;
    response.status = 204;
    return response;
  });
  ServiceUpstream upstream = Upstream(service.url());
  const LeaseTicket ticket{.id = "lease-1", .secret = Secret::CopyOf("proof"), .expires_at = {}};
  const UseReport report{
      .names = {.connections = {{"aws", "main"}, {"aws", "main"}}, .variables = {"REGION"}},
      .key = "once"};
  ASSERT_TRUE(upstream.ReportUses(ticket, report, Once()).ok());
  const SeenRequest request = service.requests().at(0);
  EXPECT_THAT(request.line, StartsWith("POST /api/v1/grants/lease-1/uses"));
  EXPECT_EQ(request.body, R"({"connections":["@aws.main","@aws.main"],"variables":["REGION"]})");
  EXPECT_EQ(request.Header("Grant-Secret"), "proof");
  EXPECT_EQ(request.Header("Idempotency-Key"), "once");
}

TEST_F(ServiceUpstreamTest, TakesUsesForRecordedByTheServiceAlone) {
  const ServiceStandIn service([](const SeenRequest&) { return JsonAnswer(200, "[42]"); });
  ServiceUpstream upstream = Upstream(service.url());
  const LeaseTicket ticket{.id = "lease-1", .secret = Secret::CopyOf("proof"), .expires_at = {}};
  const UseReport report{.names = {.connections = {{"aws", "main"}}, .variables = {}},
                         .key = "once"};
  const auto reported = upstream.ReportUses(ticket, report, Once());
  ASSERT_FALSE(reported.ok());
  EXPECT_EQ(FailureOf(reported.error()), Failure::kBadAnswer);
}

}  // namespace
}  // namespace injector::sidecar
