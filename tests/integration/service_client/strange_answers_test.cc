// `injector --service` and answers that no service should give, or that come in pieces.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/support/canary.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"
#include "tests/support/service_stand_in.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kToken[] = "inj_canary_token-7f3a9c";

class StrangeAnswersTest : public ::testing::Test {
 protected:
  ProgramResult Run(const ServiceStandIn& service, std::vector<std::string> words) const {
    words.insert(words.begin(), {tests::Program("injector"), "--service", service.url(),
                                 "--token-file", token_file_});
    return RunProgram({.argv = std::move(words),
                       .environment = {"HOME=" + directory_.path(), "LC_ALL=C.UTF-8"},
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  }

  const TempDir directory_;
  const std::string token_file_ = directory_.Write("token", kToken);
};

TEST_F(StrangeAnswersTest, APageIsFollowedByTheNext) {
  const ServiceStandIn service([](const SeenRequest& request) {
    return request.line == "GET /api/v1/repos?limit=500"
               ? JsonAnswer(200, R"({"items": [{"name": "a"}], "next": "a/b c"})")
           : request.line == "GET /api/v1/repos?limit=500&after=a%2Fb%20c"
               ? JsonAnswer(200, R"({"items": [{"name": "b"}], "next": null})")
               : ProblemAnswer(404, "not_found", request.line);
  });
  const ProgramResult listed = Run(service, {"repos"});
  EXPECT_EQ(listed.out, "a\nb\n") << listed.err;
  EXPECT_EQ(service.requests().front().Header("Authorization"), "Bearer " + std::string(kToken));
}

TEST_F(StrangeAnswersTest, WhatIsNoAnswerIsSaidToBeNone) {
  struct Row {
    const char* body;
    std::vector<std::string> words;
    const char* says;
  };
  const Row rows[] = {
      {"<html>", {"repos"}, "no JSON"},
      {"[]", {"repos"}, "no page of a list"},
      {R"({"items": {}})", {"repos"}, "no page of a list"},
      {R"({"items": [], "next": "x"})", {"repos"}, "does not come to an end"},
      {R"({"items": [{"name": "a"}]})", {"connections", "list"}, "no connection"},
      {R"({"items": [{"key": "a b"}]})", {"variables", "list"}, "no variable"},
      {R"({"items": [{"repo": "web"}]})", {"repos", "web"}, "no attachment"},
      {R"({"id": "1"})", {"tokens", "create", "--role", "admin"}, "no token"},
  };
  for (const Row& row : rows) {
    const ServiceStandIn service([&](const SeenRequest&) { return JsonAnswer(200, row.body); });
    const ProgramResult result = Run(service, row.words);
    EXPECT_EQ(result.exit_status, 1) << row.body;
    EXPECT_EQ(result.out, "") << row.body;
    EXPECT_THAT(result.err, HasSubstr(row.says)) << row.body;
  }
}

TEST_F(StrangeAnswersTest, ARefusalThatRepeatsTheTokenIsNotShown) {
  const ServiceStandIn service([](const SeenRequest& request) {
    return ProblemAnswer(403, "permission_denied", "not for " + request.Header("Authorization"));
  });
  const ProgramResult result = Run(service, {"repos"});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(ExposedForms(kToken, result.out + result.err), IsEmpty());
}

constexpr char kVariable[] =
    R"({"id": "1", "key": "region", "value": "eu", "isSecret": false, "version": 1})";
constexpr char kConnection[] = R"({"id": "1", "name": "db", "type": "postgres", "default": false,
    "fields": {"host": "h"}, "secretFields": [], "version": 1})";

// It may be the answer that got lost.
TEST_F(StrangeAnswersTest, WhatIsGoneAfterATryThatFailedIsDeleted) {
  for (const bool is_tried_twice : {true, false}) {
    int tries = is_tried_twice ? 0 : 1;
    const ServiceStandIn service([&tries](const SeenRequest& request) {
      if (request.line.starts_with("GET")) {
        return JsonAnswer(200, R"({"items": [)" + std::string(kConnection) + "]}");
      }
      return ++tries == 1 ? ProblemAnswer(503, "unavailable", "later")
                          : ProblemAnswer(404, "not_found", "no such connection");
    });
    const ProgramResult result = Run(service, {"connections", "delete", "db"});
    EXPECT_EQ(result.exit_status, is_tried_twice ? 0 : 1) << result.err;
    EXPECT_THAT(result.err, HasSubstr(is_tried_twice ? "deleted @postgres.db" : "no such"));
  }
}

std::vector<std::string> KeysOfChanges(const std::vector<SeenRequest>& requests) {
  std::vector<std::string> keys;
  for (const SeenRequest& request : requests) {
    if (!request.line.starts_with("GET")) keys.push_back(request.Header("Idempotency-Key"));
  }
  return keys;
}

// So that the service can tell that it has made the change already.
TEST_F(StrangeAnswersTest, ARepeatedChangeHasTheKeyOfTheFirstTry) {
  const std::pair<std::vector<std::string>, const char*> rows[] = {
      {{"variables", "set", "region", "--keep-value", "--description", "d"}, kVariable},
      {{"connections", "set", "db", "--field", "host=g"}, kConnection},
      {{"rollback", "db", "--to", "1"}, kConnection},
  };
  for (const auto& [words, item] : rows) {
    const auto answer = [one = std::string(item),
                         is_first = true](const SeenRequest& asked) mutable {
      const bool is_page = asked.line.find("?name=") != std::string::npos;
      if (asked.line.starts_with("GET")) {
        return JsonAnswer(200, is_page ? R"({"items": [)" + one + "]}" : one);
      }
      return std::exchange(is_first, false) ? ProblemAnswer(503, "unavailable", "later")
                                            : JsonAnswer(200, one);
    };
    const ServiceStandIn service(answer);
    const ProgramResult result = Run(service, words);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    const std::vector<std::string> keys = KeysOfChanges(service.requests());
    ASSERT_EQ(keys.size(), 2U) << words[0];
    EXPECT_EQ(keys[0].size(), 32U) << words[0];
    EXPECT_EQ(keys[0], keys[1]) << words[0];
  }
}

// A shell waits for the answer while somebody looks at it.
TEST_F(StrangeAnswersTest, CompletionGivesUpOnAServiceThatIsDown) {
  const ServiceStandIn service(
      [](const SeenRequest&) { return ProblemAnswer(503, "unavailable", "later"); });
  const ProgramResult result = Run(service, {"completion", "repos"});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.out, "");
}

}  // namespace
}  // namespace injector::testing
