#include "injector/http/client/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "raw_socket.h"

namespace injector::http {
namespace {

using std::chrono::milliseconds;
using testing::CannedServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kGood = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const std::string kDown = "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n";

// Time passes only while somebody pauses.
class RetryTest : public ::testing::Test, private Clock {
 protected:
  Result<ClientResponse> Send(const std::vector<std::string>& answers, milliseconds within) {
    CannedServer server(answers);
    ClientRequest request;
    request.url = server.url() + "/x";
    Client client({});
    const RetryWorld world = {.clock = *this,
                              .pause =
                                  [this](milliseconds pause) {
                                    pauses_.push_back(pause.count());
                                    passed_ += pause;
                                  },
                              .random = [] { return 0.0; }};
    const RetryPolicy policy = {.deadline = Monotonic() + within,
                                .first_pause = milliseconds(200),
                                .longest_pause = milliseconds(1000)};
    return SendWithRetries(client, request, policy, world);
  }

  std::vector<milliseconds::rep> pauses_;

 private:
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point Monotonic() const override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + passed_;
  }
  milliseconds passed_{0};
};

TEST_F(RetryTest, TriesUntilSomebodyAnswers) {
  EXPECT_EQ(Send({kDown, "", kDown, kGood}, milliseconds(60'000))->status, 200);
  EXPECT_THAT(pauses_, ElementsAre(200, 400, 800));
}

TEST_F(RetryTest, PausesGrowToTheLongest) {
  EXPECT_TRUE(Send({kDown, kDown, kDown, kDown, kDown, kGood}, milliseconds(60'000)).ok());
  EXPECT_THAT(pauses_, ElementsAre(200, 400, 800, 1000, 1000));
}

TEST_F(RetryTest, EndsAtTheDeadlineWithTheLastFailure) {
  const auto response = Send({kDown}, milliseconds(1000));
  EXPECT_EQ(response.error().code(), ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(response.error().message(), HasSubstr("/x: status 503"));
  EXPECT_THAT(pauses_, ElementsAre(200, 400));
}

TEST_F(RetryTest, WaitsAsLongAsTheServerAsks) {
  const std::string later = "HTTP/1.1 429 L\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
  EXPECT_TRUE(Send({later, kGood}, milliseconds(60'000)).ok());
  EXPECT_THAT(pauses_, ElementsAre(7000));
}

TEST_F(RetryTest, DoesNotWaitBeyondTheDeadlineForAServerThatAsksForMore) {
  const std::string later = "HTTP/1.1 503 L\r\nRetry-After: 70\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(Send({later, kGood}, milliseconds(60'000)).error().code(),
            ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(pauses_, IsEmpty());
}

TEST_F(RetryTest, ADenialIsFinal) {
  EXPECT_EQ(
      Send({"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", kGood}, milliseconds(60'000))->status,
      403);
  EXPECT_EQ(Send({"garbage\r\n\r\n", kGood}, milliseconds(60'000)).error().code(),
            ErrorCode::kDataLoss);
  EXPECT_THAT(pauses_, IsEmpty());
}

TEST(RetryAfterTest, ReadsSecondsAndDates) {
  const auto pause = [](std::string_view text) {
    ClientResponse response;
    response.headers.push_back({"retry-after", Secret::CopyOf(text)});
    return RetryAfter(response, std::chrono::system_clock::from_time_t(784111770));
  };
  EXPECT_EQ(pause("3"), milliseconds(3000));
  EXPECT_EQ(pause("Sun, 06 Nov 1994 08:49:37 GMT"), milliseconds(7000));
  EXPECT_EQ(pause("Sun, 06 Nov 1994 08:00:00 GMT"), milliseconds(0));
  EXPECT_EQ(pause("soon"), std::nullopt);
  EXPECT_EQ(RetryAfter({}, {}), std::nullopt);
}

}  // namespace
}  // namespace injector::http
