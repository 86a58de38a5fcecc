// Jobs whose credentials come from a credential service: what they get, what they never see, and
// what happens when the service is late, down, or says no.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "injector/base/base64.h"
#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"
#include "tests/support/certificate.h"
#include "tests/support/service_stand_in.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kToken[] = "inj_5e884898da28_canary";
constexpr char kPassword[] = "canary-9f86d081884c7d65";
constexpr char kGranted[] =
    R"([{"name": "db", "type": "postgres", "default": true, "version": 4, "fields":
         {"host": "db.example.com", "password": "canary-9f86d081884c7d65"},
         "secretFields": ["password"]}])";
constexpr char kRegion[] =
    R"([{"key": "region", "value": "eu-1", "isSecret": false, "version": 1}])";

http::ServerResponse Grant(const SeenRequest& request) {
  if (request.line.ends_with("/grants")) return GrantAnswer(kGranted, kRegion);
  return request.line.starts_with("GET") ? ChangesAnswer(1) : JsonAnswer(204, "");
}

class ShimServiceTest : public JobTest {
 protected:
  // runner-shim … for a repo and with a token in a file.
  std::vector<std::string> With(const std::string& url, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"--source", url, "--repo", "acme/web", "--token-file", token_file_});
    return arguments;
  }
  bool JobRan() const { return ::access((directory_ / "ran").c_str(), F_OK) == 0; }
  std::vector<std::string> Touch(std::vector<std::string> arguments) const {
    for (const std::string& word : {std::string("--"), std::string("touch"), directory_ / "ran"}) {
      arguments.push_back(word);
    }
    return arguments;
  }
  const std::string token_file_ = directory_.Write("token", kToken);
};

TEST_F(ShimServiceTest, AJobGetsWhatItsRepoMayUse) {
  ServiceStandIn service(Grant);
  const ProgramResult job = Job(With(service.url(), {"-c", "@postgres", "--variable", "region"}),
                                R"(echo "$PGHOST $REGION $PGPASSWORD"; cat )" + token_file_);
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "db.example.com eu-1 ***\n***");
  EXPECT_EQ(service.requests().front().line, "POST /api/v1/repos/acme%2Fweb/grants");
  EXPECT_TRUE(service.Saw("DELETE /api/v1/grants/lease-1"));
}

TEST_F(ShimServiceTest, AttachedBringsEverything) {
  ServiceStandIn service(Grant);
  const ProgramResult job =
      Job(With(service.url(), {"--attached"}), R"(echo "$PGHOST $REGION $PGPASSWORD")");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "db.example.com eu-1 ***\n");
}

TEST_F(ShimServiceTest, TheEnvironmentOverridesWhatIsAttached) {
  ServiceStandIn service(Grant);
  std::vector<std::string> words = With(service.url(), {"--attached", "--", "bash", "-c"});
  words.push_back(R"(echo "$PGHOST $REGION")");
  const ProgramResult job =
      Shim(words, {"PIPELINE_CONN_POSTGRES_DB=postgres://u:p@other", "PIPELINE_VAR_REGION=us-2"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "other us-2\n");
}

TEST_F(ShimServiceTest, WithoutAServiceNobodyKnowsWhatIsAttached) {
  const ProgramResult job = Shim(Touch({"--source", "file:" + store(), "--attached"}));
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("attached"));
  EXPECT_FALSE(JobRan());
}

TEST_F(ShimServiceTest, TheTokenIsNowhereInTheJob) {
  ServiceStandIn service(Grant);
  std::vector<std::string> environment = Environment();
  environment.push_back("CI_JOB_TOKEN=" + std::string(kToken));
  RunningProgram job(
      {.argv = {shim_path(), "--source", service.url(), "--repo", "web", "--token-env",
                "CI_JOB_TOKEN", "-c", "db", "--keep-env", "CI_JOB_TOKEN", "--log-format", "json",
                "--", "bash", "-c", "env; echo " + std::string(kToken) + "; echo ready; read x"},
       .environment = environment,
       .stdin_bytes = "\n",
       .working_directory = directory_.path()});
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  std::ifstream environ_file("/proc/" + std::to_string(job.pid()) + "/environ", std::ios::binary);
  const std::string seen_by_root{std::istreambuf_iterator<char>(environ_file), {}};
  EXPECT_THAT(ExposedForms(kToken, seen_by_root), IsEmpty());
  const ProgramResult result = job.Finish();
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("CI_JOB_TOKEN")));
  EXPECT_THAT(ExposedForms(kToken, result.out + result.err), IsEmpty());
  EXPECT_THAT(ExposedForms(kPassword, result.out + result.err), IsEmpty());
  EXPECT_EQ(service.requests().front().Header("Authorization"), "Bearer " + std::string(kToken));
}

TEST_F(ShimServiceTest, KeepsTheLeaseWhileTheJobRuns) {
  ServiceStandIn service([](const SeenRequest& request) {
    if (request.line.ends_with("/grants")) {
      return GrantAnswerUntil("2020-01-01T00:00:00Z", kGranted);
    }
    return request.line.starts_with("GET") ? ChangesAnswer(1) : RenewalAnswer(1);
  });
  const std::string fifo = directory_ / "go";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::vector<std::string> words =
      With(service.url(), {"-c", "db", "--", "bash", "-c", "read x <" + fifo + "; exit 7"});
  words.insert(words.begin(), shim_path());
  RunningProgram job({.argv = words,
                      .environment = Environment(),
                      .stdin_bytes = "",
                      .working_directory = directory_.path()});
  service.WaitFor("POST /api/v1/grants/lease-1/renew");
  std::ofstream(fifo) << "go\n";
  EXPECT_EQ(job.Finish().exit_status, 7);
  EXPECT_TRUE(service.Saw("DELETE /api/v1/grants/lease-1"));
}

TEST_F(ShimServiceTest, ARefusalIsFinal) {
  ServiceStandIn service(
      [](const SeenRequest&) { return ProblemAnswer(403, "not_granted", "not this job's"); });
  const ProgramResult job = Shim(Touch(
      With(service.url(), {"-c", "db", "--fallback", "file:" + store(), "--fetch-timeout", "1h"})));
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr(service.url() + ": not this job's"));
  EXPECT_FALSE(JobRan());
  EXPECT_EQ(service.requests().size(), 1U);
}

TEST_F(ShimServiceTest, AServiceThatIsDownIsWaitedForNoLongerThanAllowed) {
  for (const char* action : {"--dry-run", "--dry-run=0"}) {
    const ProgramResult job =
        Shim(Touch(With("http://127.0.0.1:1", {action, "-c", "db", "--fetch-timeout", "50ms"})));
    EXPECT_EQ(job.exit_status, 124) << job.err;
    EXPECT_THAT(job.err, HasSubstr("http://127.0.0.1:1/"));
    EXPECT_FALSE(JobRan());
  }
}

TEST_F(ShimServiceTest, FallsBackAloud) {
  Add("db", "postgres", R"({"host": "from-the-file", "password": "older-canary"})");
  ServiceStandIn service(
      [](const SeenRequest&) { return ProblemAnswer(503, "unavailable", "soon"); });
  const ProgramResult job = Job(
      With(service.url(), {"-c", "db", "--fetch-timeout", "50ms", "--fallback", "file:" + store()}),
      "echo $PGHOST");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "from-the-file\n");
  EXPECT_THAT(job.err, HasSubstr("warning: POST " + service.url()));
  EXPECT_THAT(job.err, HasSubstr("the fallback file:" + store() + " instead"));
}

TEST_F(ShimServiceTest, OnlyACertificateOfItsAuthorityWillDo) {
  const CertificateFiles files = MakeCertificate(directory_, "service", "IP:127.0.0.1");
  const CertificateFiles other = MakeCertificate(directory_, "other", "IP:127.0.0.1");
  ServiceStandIn service(
      Grant, http::TlsServerOptions{.certificate_file = files.certificate, .key_file = files.key});
  const auto run = [&](const std::string& authority) {
    return Shim(With(service.url(),
                     {"--ca-file", authority, "-c", "db", "--fetch-timeout", "1h", "--", "true"}));
  };
  EXPECT_EQ(run(files.certificate).exit_status, 0);
  const ProgramResult refused = run(other.certificate);
  EXPECT_EQ(refused.exit_status, 125);
  EXPECT_THAT(refused.err, HasSubstr("authorities"));
  EXPECT_EQ(run(directory_ / "none.crt").exit_status, 125);
}

// As a platform does that replaces tokens before they end.
TEST_F(ShimServiceTest, ATokenFileIsReadForEachRequest) {
  ServiceStandIn service(Grant);
  const ProgramResult job =
      Job(With(service.url(), {"-c", "@postgres"}), "printf inj_another >" + token_file_);
  EXPECT_EQ(job.exit_status, 0) << job.err;
  for (const SeenRequest& request : service.requests()) {
    if (!request.line.starts_with("DELETE")) continue;
    EXPECT_EQ(request.Header("Authorization"), "Bearer inj_another");
  }
  EXPECT_TRUE(service.Saw("DELETE /api/v1/grants/lease-1"));
}

// A GitHub Actions job with `permissions: id-token: write`.
class GithubJobTest : public ShimServiceTest {
 protected:
  static constexpr const char* kBearer = "github-bearer-canary-0815";

  // A token that ends then, by its own account.
  static std::string TokenUntil(const std::string& exp) {
    const Secret claims = Base64Encode(R"({"sub":"x","exp":)" + exp + "}", Base64Alphabet::kUrl);
    const std::string_view text = claims.Reveal();
    return "eyJhbGciOiJSUzI1NiJ9." + std::string(text.substr(0, text.find('='))) + ".c2lnbmF0dXJl";
  }
  ProgramResult GithubJob(std::vector<std::string> options, const std::string& script = "env") {
    options.insert(options.begin(), {"--source", service_.url(), "--repo", "acme/web", "--oidc",
                                     "github", "-c", "db"});
    options.insert(options.end(), {"--", "bash", "-c", script});
    return Shim(options, {"ACTIONS_ID_TOKEN_REQUEST_URL=" + github_.url() + "/token?api=2.0",
                          "ACTIONS_ID_TOKEN_REQUEST_TOKEN=" + std::string(kBearer)});
  }

  std::string token_ = TokenUntil("4000000000");
  int status_ = 200;
  ServiceStandIn github_{[this](const SeenRequest&) {
    return JsonAnswer(status_, R"({"count":1,"value":")" + token_ + "\"}");
  }};
  ServiceStandIn service_{Grant};
};

TEST_F(GithubJobTest, GithubSaysWhoseJobItIs) {
  const ProgramResult job = GithubJob({});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  ASSERT_EQ(github_.requests().size(), 1U) << "one token for all requests";
  const SeenRequest asked = github_.requests().front();
  EXPECT_EQ(asked.line, "GET /token?api=2.0&audience=http%3A%2F%2F127.0.0.1%3A" +
                            service_.url().substr(service_.url().rfind(':') + 1));
  EXPECT_EQ(asked.Header("Authorization"), "Bearer " + std::string(kBearer));
  for (const SeenRequest& request : service_.requests()) {
    EXPECT_EQ(request.Header("Authorization"), "Bearer " + token_) << request.line;
  }
  EXPECT_TRUE(service_.Saw("DELETE /api/v1/grants/lease-1"));
}

TEST_F(GithubJobTest, TheCommandSeesNothingOfIt) {
  const ProgramResult job =
      GithubJob({"--keep-env", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"},
                "env; echo " + std::string(kBearer) + "; tr '\\0' '\\n' </proc/$PPID/environ");
  EXPECT_THAT(job.out, HasSubstr("PGHOST"));
  EXPECT_THAT(job.out, Not(HasSubstr("ACTIONS_ID_TOKEN_REQUEST_TOKEN=" + std::string(kBearer))));
  EXPECT_THAT(job.out, Not(HasSubstr("/token?api=2.0")));
  EXPECT_THAT(ExposedForms(kBearer, job.out + job.err), IsEmpty());
  EXPECT_THAT(ExposedForms(token_, job.out + job.err), IsEmpty());
}

TEST_F(GithubJobTest, TheAudienceMayBeAnother) {
  EXPECT_EQ(GithubJob({"--oidc-audience", "a b&c"}, "true").exit_status, 0);
  EXPECT_EQ(github_.requests().front().line, "GET /token?api=2.0&audience=a%20b%26c");
}

TEST_F(GithubJobTest, ATokenThatEndsSoonIsAskedForAgain) {
  github_.Change([this] { token_ = TokenUntil("1000000000"); });
  EXPECT_EQ(GithubJob({}, "true").exit_status, 0);
  EXPECT_GE(github_.requests().size(), service_.requests().size());
  EXPECT_GE(service_.requests().size(), 2U);
}

TEST_F(GithubJobTest, SaysWhatIsMissing) {
  github_.Change([this] { status_ = 403; });
  ProgramResult job = GithubJob({}, "true");
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("GitHub's OIDC token: status 403"));
  EXPECT_THAT(job.err, HasSubstr("hint: the job needs `permissions: id-token: write`"));
  github_.Change([this] {
    status_ = 200;
    token_ = "";
  });
  job = GithubJob({}, "true");
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("the answer holds none"));
  EXPECT_THAT(service_.requests(), IsEmpty());
  EXPECT_THAT(ExposedForms(kBearer, job.err), IsEmpty());
}

struct UsageRow {
  std::vector<std::string> arguments;
  const char* says;
};

TEST_F(ShimServiceTest, SaysWhatAServiceNeeds) {
  const std::vector<UsageRow> rows = {
      {{"--source", "https://ci"}, "--repo"},
      {{"--source", "https://ci", "--repo", "web"}, "--token-file"},
      {{"--source", "https://ci", "--repo", "web", "--token-env", "NOT_SET"}, "NOT_SET"},
      {{"--source", "https://ci", "--repo", "web", "--token-env", "A=B"}, "--token-env"},
      {{"--source", "http://ci.example.com", "--repo", "web", "--token-file", token_file_},
       "unencrypted"},
      {{"--source", "https://ci", "--repo", "web", "--token-file", directory_ / "none"},
       "token file"},
      {{"--source", "https://ci", "--repo", "web", "--oidc", "github"},
       "ACTIONS_ID_TOKEN_REQUEST_URL is not set"},
      {{"--source", "https://ci", "--repo", "web", "--oidc", "gitlab"}, "expected github"},
      {{"--source", "https://ci", "--oidc", "github", "--token-file", token_file_},
       "--oidc cannot go with --token-file"},
      {{"--source", "https://ci", "--oidc", "github", "--token-env", "X"},
       "--oidc cannot go with --token-env"},
      {{"--source", "https://ci", "--exec"}, "--exec"},
      {{"--source", "https://ci", "--fallback", "https://other"}, "--fallback"},
      {{"--source", "https://ci", "--fallback", "file:x", "--attached"}, "--attached"},
  };
  for (const UsageRow& row : rows) {
    std::vector<std::string> arguments = row.arguments;
    arguments.insert(arguments.end(), {"-c", "db", "--fetch-timeout", "50ms"});
    const ProgramResult job = Shim(Touch(std::move(arguments)));
    EXPECT_EQ(job.exit_status, 125) << row.says;
    EXPECT_THAT(job.err, HasSubstr(row.says));
    EXPECT_FALSE(JobRan());
  }
}

}  // namespace
}  // namespace injector::testing
