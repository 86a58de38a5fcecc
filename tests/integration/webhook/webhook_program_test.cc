// The real `injector webhook` over TLS, asked as an API server asks it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "injector/base/base64.h"
#include "injector/base/file.h"
#include "injector/http/client/client.h"
#include "tests/conformance/webhook_cases.h"
#include "tests/support/certificate.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"

namespace injector {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProgramResult;
using testing::ProgramRun;
using testing::RunningProgram;

class WebhookProgramTest : public ::testing::Test {
 protected:
  WebhookProgramTest() {
    testing::MakeCertificate(directory_, "tls", "IP:127.0.0.1");
    UseConfig(tests::SourceFile("conformance/webhook/config.yaml"));
  }

  void UseConfig(const std::string& path) {
    const Secret text = ReadFile(path, 1 << 20).value();
    ASSERT_TRUE(ReplaceFile(directory_ / "webhook.yaml", text.Reveal(), 0600).ok());
  }

  void Start(const std::vector<std::string>& more = {}) {
    ProgramRun run;
    // The log is read while the program runs.
    run.argv = {"sh",
                "-c",
                "exec \"$@\" 2>\"$0\"",
                directory_ / "log",
                tests::Program("injector"),
                "webhook",
                "--listen",
                "127.0.0.1:0",
                "--tls-cert",
                directory_ / "tls.crt",
                "--tls-key",
                directory_ / "tls.key",
                "--config",
                directory_ / "webhook.yaml",
                "--watch-interval",
                "20ms"};
    run.argv.insert(run.argv.end(), more.begin(), more.end());
    program_ = std::make_unique<RunningProgram>(run);
    url_ = program_->ReadLine();
    ASSERT_THAT(url_, HasSubstr("https://127.0.0.1:")) << directory_.Read("log");
  }

  http::ClientResponse Send(const std::string& method, const std::string& path,
                            const std::string& body = "",
                            const std::string& type = "application/json") {
    if (!client_) {
      client_.emplace(http::ClientOptions{.unix_socket = "",
                                          .ca_file = directory_ / "tls.crt",
                                          .certificate_file = "",
                                          .key_file = ""});
    }
    http::ClientRequest request;
    request.method = method;
    request.url = url_ + path;
    request.body = Secret::CopyOf(body);
    if (!body.empty()) request.headers.push_back({"Content-Type", Secret::CopyOf(type)});
    auto response = client_->Send(request);
    EXPECT_TRUE(response.ok()) << response.error().message();
    return response.ok() ? std::move(response).value() : http::ClientResponse();
  }

  // The `response` of the review that answers `review`.
  json Ask(const std::string& review) {
    const http::ClientResponse answer = Send("POST", "/mutate?timeout=10s", review);
    EXPECT_EQ(answer.status, 200);
    const json body = json::parse(answer.body.Reveal());
    EXPECT_EQ(body["apiVersion"], "admission.k8s.io/v1");
    EXPECT_EQ(body["kind"], "AdmissionReview");
    return body["response"];
  }

  void AwaitLog(const std::string& text) const {
    while (directory_.Read("log").find(text) == std::string::npos) ::usleep(10'000);
  }

  const testing::TempDir directory_;
  std::optional<http::Client> client_;  // keeps its connection
  std::unique_ptr<RunningProgram> program_;
  std::string url_;
};

void ExpectAnswer(const testing::WebhookCase& row, const json& response) {
  SCOPED_TRACE(row.name);
  EXPECT_EQ(response["uid"], json::parse(row.review)["request"]["uid"]);
  EXPECT_EQ(response["allowed"], row.message.empty());
  EXPECT_EQ(response.contains("patch"), !row.patch.empty());
  if (!row.message.empty()) {
    EXPECT_EQ(response["status"]["message"].get<std::string>() + "\n", "injector: " + row.message);
  }
  if (row.patch.empty()) return;
  EXPECT_EQ(response["patchType"], "JSONPatch");
  const auto patch = Base64Decode(response["patch"].get<std::string>());
  ASSERT_TRUE(patch.has_value());
  EXPECT_EQ(json::parse(patch->Reveal()), json::parse(row.patch));
}

TEST_F(WebhookProgramTest, AnswersEveryReview) {
  Start();
  for (const bool ordinary : {false, true}) {
    if (ordinary) {
      UseConfig(tests::SourceFile("conformance/webhook/config-ordinary.yaml"));
      AwaitLog("reloaded");
    }
    for (const testing::WebhookCase& row : testing::WebhookCases()) {
      if (row.name.ends_with(".ordinary") == ordinary) ExpectAnswer(row, Ask(row.review));
    }
  }
  program_->Signal(SIGTERM);
  EXPECT_EQ(program_->Finish().exit_status, 0);
  const std::string log = directory_.Read("log");
  EXPECT_THAT(log, HasSubstr(R"("outcome":"patched")"));
  for (const char* of_the_pod : {"canary", "aws-prod", "ci-web", "705ab4f5"}) {
    EXPECT_THAT(log, Not(HasSubstr(of_the_pod)));
  }
}

TEST_F(WebhookProgramTest, WhatIsNoReviewIsRefused) {
  Start({"--max-body", "2000"});
  const std::string head = R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",)";
  const std::string bodies[] = {
      "x",
      "[]",
      "{}",
      head + "\"request\":null}",
      head + "\"request\":{}}",
      head + "\"request\":{\"uid\":7}}",
      head + "\"request\":{\"uid\":\"a\\nb\"}}",
      head + R"("request":{"uid":"a","uid":"b"}})",
      head + R"("request":{"uid":"a","operation":"CREATE","resource":{"resource":"pods"}}})",
      R"({"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"a"}})",
      std::string(200, '[')};
  for (const std::string& body : bodies)
    EXPECT_EQ(Send("POST", "/mutate", body).status, 400) << body;
  EXPECT_EQ(Send("POST", "/mutate", std::string(2001, ' ')).status, 413);
  EXPECT_EQ(Send("POST", "/mutate", "{}", "text/plain").status, 415);
  EXPECT_EQ(Send("GET", "/mutate").status, 405);
  EXPECT_EQ(Send("GET", "/").status, 404);
}

TEST_F(WebhookProgramTest, SaysHowItIs) {
  Start();
  Ask(testing::WebhookCaseNamed("windows").review);
  EXPECT_EQ(Send("GET", "/healthz").status, 200);
  EXPECT_EQ(Send("GET", "/readyz").status, 200);
  const http::ClientResponse metrics = Send("GET", "/metrics");
  EXPECT_THAT(std::string(metrics.body.Reveal()),
              HasSubstr("injector_webhook_reviews_total{outcome=\"denied\"} 1"));
}

TEST_F(WebhookProgramTest, TakesANewCertificate) {
  Start();
  EXPECT_EQ(Send("GET", "/healthz").status, 200);
  // Half of a renewal: what was there stays.
  directory_.Write("tls.key", "none");
  AwaitLog("reload failed");
  client_.reset();
  EXPECT_EQ(Send("GET", "/healthz").status, 200);
  testing::MakeCertificate(directory_, "tls", "IP:127.0.0.1");
  AwaitLog("\"reloaded\"");
  client_.reset();  // a new connection, verified by the new one
  EXPECT_EQ(Send("GET", "/healthz").status, 200);
}

TEST_F(WebhookProgramTest, AWrongConfigurationChangesNothing) {
  Start();
  directory_.Write("webhook.yaml", "version: 2\n");
  AwaitLog("webhook.yaml:1:10: version");
  const testing::WebhookCase deployment = testing::WebhookCaseNamed("deployment");
  ExpectAnswer(deployment, Ask(deployment.review));
}

TEST_F(WebhookProgramTest, DoesNotStartWithout) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
      {{}, "webhook: no certificate"},
      {{"--tls-cert", "a"}, "webhook: no certificate"},
      {{"--tls-cert", "a", "--tls-key", "b"}, "hint: give --config FILE"},
      {{"--tls-cert", "a", "--tls-key", "b", "--config", "/nonexistent"}, "open /nonexistent"},
      {{"--listen", "8443"}, "--listen: expected HOST:PORT"},
      {{"--max-body", "0"}, "--max-body: expected a whole number"}};
  for (const auto& [options, message] : rows) {
    ProgramRun run;
    run.argv = {tests::Program("injector"), "webhook"};
    run.argv.insert(run.argv.end(), options.begin(), options.end());
    const ProgramResult result = RunProgram(run);
    EXPECT_NE(result.exit_status, 0);
    EXPECT_THAT(result.err, HasSubstr(message));
  }
}

}  // namespace
}  // namespace injector
