// The same over HTTPS: with a certificate that is vouched for, and with one that is not.

#include <gmock/gmock.h>

#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;

class HttpsTest : public ::testing::Test {
 protected:
  ProgramResult Run(std::vector<std::string> argv, const std::string& token_file,
                    const std::string& ca_file, std::string stdin_text = "") const {
    return RunProgram(
        {.argv = std::move(argv),
         .environment = {"HOME=" + directory_.path(), "XDG_RUNTIME_DIR=" + directory_.path(),
                         "INJECTOR_SERVICE=" + program_.url(), "INJECTOR_TOKEN_FILE=" + token_file,
                         "INJECTOR_CA_FILE=" + ca_file,
                         "SERVICE_CONN_KEY=" + std::string(kServiceKey),
                         "INJECTOR_SERVICE_DB=" + database_.url()},
         .stdin_bytes = std::move(stdin_text),
         .working_directory = directory_.path()});
  }
  ProgramResult Injector(std::vector<std::string> words, std::string stdin_text = "") const {
    words.insert(words.begin(), tests::Program("injector"));
    return Run(std::move(words), directory_ / "admin", files_.certificate, std::move(stdin_text));
  }
  ProgramResult Job(const std::string& ca_file) const {
    return Run({tests::ShimUnderTest(), "--source", program_.url(), "--repo", "web", "-c", "api",
                "--", "sh", "-c", "echo $HOST $TOKEN"},
               directory_ / "runner", ca_file);
  }

  const TempDir directory_;
  const CertificateFiles files_ = MakeCertificate(directory_, "served", "IP:127.0.0.1");
  const CertificateFiles others_ = MakeCertificate(directory_, "other", "IP:127.0.0.1");
  const TestDatabase database_{DatabaseKind::kSqlite};
  ServiceProgram program_{database_.url(), std::string(kServiceKey), {}, files_};
};

TEST_F(HttpsTest, TheServiceIsVerifiedByCommandLineAndJob) {
  const Result<Value> made = ParseJson(Injector({"service", "init", "--org", "acme"}).out);
  ASSERT_TRUE(made.ok());
  directory_.Write("admin", made->Find("token")->string().Reveal());
  const ProgramResult set = Injector({"connections", "set", "api", "--type", "generic", "--field",
                                      "host=h", "--secret", "token=-"},
                                     "canary-9f86d081");
  EXPECT_EQ(set.exit_status, 0) << set.err;
  EXPECT_EQ(Injector({"attach", "api", "--repo", "web"}).exit_status, 0);
  directory_.Write("runner",
                   Injector({"tokens", "create", "--role", "runner", "--repo", "web"}).out);

  const ProgramResult job = Job(files_.certificate);
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "h ***\n");

  EXPECT_EQ(Job(others_.certificate).exit_status, 125);
  const ProgramResult refused = Run({tests::Program("injector"), "connections", "list"},
                                    directory_ / "admin", others_.certificate);
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_THAT(refused.err, HasSubstr("certificate"));
}

}  // namespace
}  // namespace injector::testing
