// The sidecar's way to its service: through proxies, and with a certificate of its own.

#include <gmock/gmock.h>

#include "tests/integration/sidecar/sidecar_program.h"
#include "tests/support/canary.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kPassword = "pr0xy@canary-0815";

// The sidecar's service is called service.test, which only the proxy finds.
class ProxyTest : public SidecarTest {
 protected:
  // kTls: an https proxy.
  enum class Kind { kPlain, kTls };

  std::string StartProxy(Kind kind) {
    ProgramRun run;
    run.argv = {"python3", tests::SourceFile("integration/sidecar/connect_proxy.py"),
                "me:" + std::string(kPassword)};
    if (kind == Kind::kTls) {
      run.argv.insert(run.argv.end(), {of_proxy_.certificate, of_proxy_.key});
    }
    run.environment = OwnEnvironment();
    proxy_ = std::make_unique<RunningProgram>(run);
    return "127.0.0.1:" + proxy_->ReadLine();
  }
  SidecarProgram StartBehind(const std::string& host, std::vector<std::string> environment) {
    return SidecarProgram(
        socket_,
        {"--service", "https://" + host + ":" + port_, "--token-file", token_file_, "--ca-file",
         served_.certificate, "--log-level", "debug", "--fetch-timeout", "10m"},
        [&environment](ProgramRun& run) {
          for (const std::string& entry : environment) {
            run.environment.push_back(entry);
          }
        });
  }

  const CertificateFiles served_ =
      MakeCertificate(directory_, "served", "DNS:service.test,IP:127.0.0.1");
  const CertificateFiles of_proxy_ = MakeCertificate(directory_, "proxy", "IP:127.0.0.1");
  const ServiceProgram service_{world_.database().url(), std::string(kServiceKey), {}, served_};
  const std::string port_ = std::to_string(service_.port());
  std::unique_ptr<RunningProgram> proxy_;
};

TEST_F(ProxyTest, IsAskedForTheServiceWithItsLogin) {
  const std::string place = StartProxy(Kind::kPlain);
  SidecarProgram sidecar =
      StartBehind("service.test", {"https_proxy=http://me:pr0xy%40canary-0815@" + place});
  const Reply granted = Job().Post("/v1/grants", kMainGrant);
  EXPECT_EQ(granted.status, 201) << sidecar.Log();
  EXPECT_THAT(granted.body, HasSubstr(kFirstSecret));
  EXPECT_EQ(proxy_->ReadLine(), "me service.test:" + port_);
  EXPECT_THAT(ExposedForms(kPassword, sidecar.Log()), IsEmpty());
}

TEST_F(ProxyTest, OverTlsIsVerifiedByTheSystemsAuthorities) {
  const std::string entry = "HTTPS_PROXY=https://me:pr0xy%40canary-0815@" + StartProxy(Kind::kTls);
  {
    SidecarProgram sidecar =
        StartBehind("service.test", {entry, "SSL_CERT_FILE=" + of_proxy_.certificate});
    EXPECT_EQ(Job().Post("/v1/grants", kMainGrant).status, 201) << sidecar.Log();
    EXPECT_EQ(proxy_->ReadLine(), "me service.test:" + port_);
    EXPECT_THAT(ExposedForms(kPassword, sidecar.Log()), IsEmpty());
  }
  SidecarProgram sidecar =
      StartBehind("service.test", {entry, "SSL_CERT_FILE=" + served_.certificate});
  EXPECT_EQ(Job().Post("/v1/grants", kMainGrant).status, 503);
  EXPECT_THAT(sidecar.Log(), HasSubstr("certificate"));
}

TEST_F(ProxyTest, IsNotAskedForWhatNoProxyNames) {
  const std::string nobody = "https_proxy=http://127.0.0.1:1";
  SidecarProgram sidecar = StartBehind("127.0.0.1", {nobody, "no_proxy=localhost,127.0.0.1"});
  EXPECT_EQ(Job().Post("/v1/grants", kMainGrant).status, 201) << sidecar.Log();
}

// Nobody waits ten minutes for it.
TEST_F(ProxyTest, ThatRefusesIsNotAskedAgain) {
  const std::string place = StartProxy(Kind::kPlain);
  SidecarProgram sidecar =
      StartBehind("service.test", {"https_proxy=http://me:wrong-canary-4711@" + place});
  const Reply refused = Job().Post("/v1/grants", kMainGrant);
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr("the sidecar cannot ask the service"));
  EXPECT_THAT(sidecar.Log(), HasSubstr("the proxy answers with status 407"));
  EXPECT_THAT(ExposedForms("wrong-canary-4711", sidecar.Log() + refused.body), IsEmpty());
}

TEST_F(ProxyTest, WhoseUrlIsNoneIsNotQuoted) {
  SidecarProgram sidecar =
      StartBehind("service.test", {"https_proxy=ftp://me:wrong-canary-4711@127.0.0.1"});
  EXPECT_EQ(Job().Post("/v1/grants", kMainGrant).status, 503);
  EXPECT_THAT(sidecar.Log(), HasSubstr("the proxy of the environment"));
  EXPECT_THAT(ExposedForms("wrong-canary-4711", sidecar.Log()), IsEmpty());
}

// A service that wants certificates of sidecars.
class OwnCertificateTest : public SidecarTest {
 protected:
  SidecarProgram StartWith(std::vector<std::string> options) {
    options.insert(options.begin(),
                   {"--service", "https://127.0.0.1:" + std::to_string(service_.port()),
                    "--token-file", token_file_, "--ca-file", served_.certificate,
                    "--fetch-timeout", "10m", "--use-delay", "10ms"});
    return SidecarProgram(socket_, std::move(options));
  }

  const CertificateFiles served_ = MakeCertificate(directory_, "served", "IP:127.0.0.1");
  const CertificateFiles known_ = MakeCertificate(directory_, "known", "DNS:sidecar");
  const CertificateFiles mine_ = MakeCertificate(directory_, "mine", "DNS:sidecar");
  const ServiceProgram service_{world_.database().url(),
                                std::string(kServiceKey),
                                {"--client-ca", known_.certificate},
                                served_};
};

TEST_F(OwnCertificateTest, IsShown) {
  SidecarProgram sidecar =
      StartWith({"--client-cert", known_.certificate, "--client-key", known_.key});
  EXPECT_EQ(Job().Post("/v1/grants", kMainGrant).status, 201) << sidecar.Log();
}

TEST_F(OwnCertificateTest, IsMissed) {
  SidecarProgram sidecar = StartWith({});
  const Reply refused = Job().Post("/v1/grants", kMainGrant);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("a runner needs a client certificate here"));
}

// Nobody waits ten minutes for it; and one that comes into the files takes effect at once.
TEST_F(OwnCertificateTest, IsRefusedOnceAndReplacedWhileTheSidecarRuns) {
  SidecarProgram sidecar =
      StartWith({"--client-cert", mine_.certificate, "--client-key", mine_.key});
  JobClient job = Job();
  const Reply refused = job.Post("/v1/grants", kMainGrant);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.At({"error", "code"}), "unauthenticated");
  EXPECT_EQ(job.Get("/readyz").status, 503);
  const std::string log = sidecar.Log();
  EXPECT_THAT(log, HasSubstr(R"("category":"unauthorised")"));
  EXPECT_THAT(log, HasSubstr("the client certificate " + mine_.certificate + " is refused"));
  EXPECT_THAT(log, HasSubstr("--client-cert"));
  directory_.Write("mine.crt", directory_.Read("known.crt"));
  directory_.Write("mine.key", directory_.Read("known.key"));
  EXPECT_EQ(job.Post("/v1/grants", kMainGrant).status, 201) << sidecar.Log();
  EXPECT_EQ(job.Get("/readyz").status, 200);
}

}  // namespace
}  // namespace injector::testing
