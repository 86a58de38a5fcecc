// What a sidecar makes of a bad way to its service: jobs begin with what is cached while that may
// be, nothing that is wrong is given out, and every hand-out is on record once in the end.

#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "tests/integration/sidecar/faulty_way.h"
#include "tests/integration/sidecar/sidecar_program.h"

namespace injector::testing {
namespace {

using Fault = FaultyWay::Fault;
using ::testing::HasSubstr;

constexpr std::string_view kOtherGrant = R"({"connections":["@aws.other"]})";

struct FaultRow {
  const char* name;
  Fault fault;
  const char* instead;  // of answers
  // How long requests may take: less where there is nothing to wait for.
  const char* patience;
  int cached;  // what a job is answered whose grant is cached
  int fresh;   // and one whose is not
};

class FaultTest : public SidecarTest, public ::testing::WithParamInterface<FaultRow> {
 protected:
  int Ask(std::string_view grant) {
    const Reply reply = Job().Post("/v1/grants", grant);
    if (reply.status != 201) return reply.status;
    ++handed_out_;
    EXPECT_THAT(reply.body, HasSubstr(grant == kMainGrant ? kFirstSecret : "canary-other"));
    return reply.status;
  }
  void AskUntilItIsGranted(std::string_view grant) {
    // How long the sidecar pauses it tells nobody.
    while (Ask(grant) != 201) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  FaultyWay way_{world_.program().port()};
  std::size_t handed_out_ = 0;
};

TEST_P(FaultTest, CostsJobsNoMoreThanItMust) {
  const FaultRow& row = GetParam();
  SidecarProgram sidecar(
      socket_, {"--service", way_.url(), "--token-file", token_file_, "--use-delay", "10ms",
                "--freshness", "0", "--fetch-timeout", row.patience, "--check-timeout",
                row.patience, "--request-timeout", row.patience});
  AskUntilItIsGranted(kMainGrant);
  way_.Set(row.fault, row.instead);
  EXPECT_EQ(Ask(kMainGrant), row.cached);
  EXPECT_EQ(Ask(kOtherGrant), row.fresh);
  EXPECT_EQ(Ask(kMainGrant), row.cached) << "and again";
  way_.Set(Fault::kNone);
  AskUntilItIsGranted(kOtherGrant);
  AskUntilItIsGranted(kMainGrant);
  AwaitRecorded("grant.use", handed_out_);
  EXPECT_EQ(Recorded("grant.use"), handed_out_);
}

// Both sides read their files again: the service when it is told to, the sidecar by itself.
TEST_F(OutageTest, GoesOnWithANewCertificateOfTheService) {
  const CertificateFiles served = MakeCertificate(directory_, "served", "IP:127.0.0.1");
  MakeCertificate(directory_, "next", "IP:127.0.0.1");
  const std::string ca_file = directory_.Write("ca", directory_.Read("served.crt"));
  ServiceProgram service(world_.database().url(), std::string(kServiceKey), {}, served);
  FaultyWay way(service.port());
  SidecarProgram sidecar(
      socket_, {"--service", "https://127.0.0.1:" + std::to_string(way.port()), "--token-file",
                token_file_, "--ca-file", ca_file, "--freshness", "0"});
  JobClient job = Job();
  ASSERT_EQ(job.Post("/v1/grants", kMainGrant).status, 201);
  directory_.Write("served.crt", directory_.Read("next.crt"));
  directory_.Write("served.key", directory_.Read("next.key"));
  service.process().Signal(SIGHUP);
  // Connections that are there go on as they are; and when the service has seen the new files it
  // tells nobody.
  Reply reply;
  do {
    way.Set(Fault::kReset);
    job.Post("/v1/grants", kMainGrant);
    way.Set(Fault::kNone);
    reply = job.Post("/v1/grants", kMainGrant);
  } while (reply.status == 201);
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr("the sidecar cannot ask the service"));
  directory_.Write("ca", directory_.Read("next.crt"));
  EXPECT_EQ(job.Post("/v1/grants", kMainGrant).status, 201);
}

constexpr const char* kBroken =
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
constexpr const char* kTooMany =
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";
constexpr const char* kPage =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 16\r\n"
    "Connection: close\r\n\r\n<p>Sign in</p>\r\n";
constexpr const char* kOtherJson =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n"
    "Connection: close\r\n\r\n[42]";

INSTANTIATE_TEST_SUITE_P(
    Rows, FaultTest,
    ::testing::Values(FaultRow{"reset", Fault::kReset, "", "300ms", 201, 503},
                      FaultRow{"half_answer", Fault::kHalfAnswer, "", "300ms", 201, 503},
                      FaultRow{"cut_answer", Fault::kCutAnswer, "", "300ms", 201, 503},
                      FaultRow{"stall", Fault::kStall, "", "300ms", 201, 503},
                      FaultRow{"status_500", Fault::kInstead, kBroken, "300ms", 201, 503},
                      FaultRow{"status_429", Fault::kInstead, kTooMany, "300ms", 201, 503},
                      FaultRow{"slow_bytes", Fault::kSlow, "", "30s", 201, 201},
                      FaultRow{"no_http", Fault::kInstead, "SSH-2.0-x\r\n", "30s", 502, 502},
                      FaultRow{"a_page", Fault::kInstead, kPage, "30s", 502, 502},
                      FaultRow{"other_json", Fault::kInstead, kOtherJson, "30s", 502, 502}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace injector::testing
