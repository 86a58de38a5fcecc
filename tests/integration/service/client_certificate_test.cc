// A service that wants certificates of runners: who needs one, and what is worth nothing without.

#include <gmock/gmock.h>

#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kSecret = "certificate-canary-0815";

class ClientCertificateTest : public ::testing::Test {
 protected:
  ClientCertificateTest() {
    ServiceClient admin = world_.Client(admin_);
    const Reply made = admin.Post("/api/v1/service-connections", AwsBody("prod", kSecret));
    admin.Post("/api/v1/repos/web/service-connections",
               R"({"connectionId":")" + made.At({"id"}) + "\"}");
  }

  // The status; 0 when the other side does not want to talk.
  int Send(const std::string& method, const std::string& target, const std::string& token,
           const CertificateFiles& own = {}) const {
    http::Client client({.unix_socket = {},
                         .ca_file = served_.certificate,
                         .certificate_file = own.certificate,
                         .key_file = own.key});
    http::ClientRequest request;
    request.method = method;
    request.url = program_.url() + target;
    request.headers.push_back({"Authorization", Secret::CopyOf("Bearer " + token)});
    request.headers.push_back({"Content-Type", Secret::CopyOf("application/json")});
    if (method == "POST") request.body = Secret::CopyOf(R"({"attached":true})");
    const auto response = client.Send(request);
    return response.ok() ? response->status : 0;
  }
  ProgramResult Job(const std::vector<std::string>& options) const {
    std::vector<std::string> argv = {tests::ShimUnderTest(),
                                     "--source",
                                     program_.url(),
                                     "--repo",
                                     "web",
                                     "-c",
                                     "prod",
                                     "--token-file",
                                     token_file_,
                                     "--ca-file",
                                     served_.certificate};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {"--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID"});
    return RunProgram({.argv = std::move(argv),
                       .environment = {"XDG_RUNTIME_DIR=" + directory_.path()},
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  }

  const TempDir directory_;
  const CertificateFiles served_ = MakeCertificate(directory_, "served", "IP:127.0.0.1");
  const CertificateFiles runners_ = MakeCertificate(directory_, "runners", "DNS:runner");
  const CertificateFiles others_ = MakeCertificate(directory_, "others", "DNS:other");
  ServiceWorld world_{DatabaseKind::kSqlite};
  const std::string org_ = world_.MakeOrg();
  const std::string admin_ = world_.Token(org_, {.role = Role::kAdmin});
  const std::string runner_ = world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}});
  const std::string token_file_ = directory_.Write("token", runner_);
  // A second program on the same database.
  const ServiceProgram program_{world_.database().url(),
                                std::string(kServiceKey),
                                {"--client-ca", runners_.certificate},
                                served_};
};

TEST_F(ClientCertificateTest, ARunnerNeedsBothTokenAndCertificate) {
  const std::string grants = "/api/v1/repos/web/grants";
  EXPECT_EQ(Send("POST", grants, runner_, runners_), 201);
  EXPECT_EQ(Send("POST", grants, runner_), 403);
  EXPECT_EQ(Send("POST", grants, "inj_0123456789ab_no", runners_), 401);
  EXPECT_EQ(Send("POST", grants, runner_, others_), 0);
  const Reply log = world_.Client(admin_).Get("/api/v1/audit");
  EXPECT_THAT(log.body, HasSubstr(R"("reason":"no_certificate")"));
}

TEST_F(ClientCertificateTest, NobodyElseNeedsOne) {
  EXPECT_EQ(Send("GET", "/api/v1/service-connections", admin_), 200);
  EXPECT_EQ(Send("GET", "/api/v1/service-connections", admin_, runners_), 200);
  EXPECT_EQ(Send("GET", "/healthz", ""), 200);
}

TEST_F(ClientCertificateTest, TheShimShowsIts) {
  const ProgramResult job =
      Job({"--client-cert", runners_.certificate, "--client-key", runners_.key});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "AKIAEXAMPLE\n");
  const ProgramResult refused = Job({});
  EXPECT_EQ(refused.exit_status, 125);
  EXPECT_THAT(refused.err, HasSubstr("a runner needs a client certificate here"));
}

}  // namespace
}  // namespace injector::testing
