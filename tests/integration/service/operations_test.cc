// What operators do with a service that goes on serving: another certificate, proxies before it.

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "tests/integration/service/service_program.h"
#include "tests/support/certificate.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kHost[] = "IP:127.0.0.1";

// A client that trusts one certificate.
class TrustingClient {
 public:
  TrustingClient(std::string url, const std::string& certificate)
      : url_(std::move(url)), client_(Options(certificate)) {}

  // Whether the service answers, over a connection that stays open.
  Result<http::ClientResponse> Ask() {
    http::ClientRequest request;
    request.url = url_ + "/healthz";
    return client_.Send(request);
  }
  bool IsAnswered() {
    const auto answer = Ask();
    return answer.ok() && answer->status == 200;
  }

 private:
  static http::ClientOptions Options(const std::string& certificate) {
    http::ClientOptions options;
    options.ca_file = certificate;
    return options;
  }

  std::string url_;
  http::Client client_;
};

class CertificateTest : public ::testing::Test {
 protected:
  void Install(const CertificateFiles& files) const {
    const auto overwrite = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(files.certificate, served_.certificate, overwrite);
    std::filesystem::copy_file(files.key, served_.key, overwrite);
  }
  // Tells the program to read the certificate again, and waits until its log says `outcome`.
  void Reload(const std::string& outcome) {
    program_.process().Signal(SIGHUP);
    // Each look at the log is a request more that the service has to answer meanwhile.
    while (program_.Log().find(outcome) == std::string::npos) ASSERT_TRUE(old_.IsAnswered());
  }

  const TempDir directory_;
  const CertificateFiles first_ = MakeCertificate(directory_, "first", kHost);
  const CertificateFiles second_ = MakeCertificate(directory_, "second", kHost);
  const CertificateFiles served_ = MakeCertificate(directory_, "served", kHost);
  const TestDatabase database_{DatabaseKind::kSqlite};
  ServiceProgram program_{database_.url(), std::string(kServiceKey), {}, served_};
  const std::string own_copy_ = directory_.Write("own.crt", directory_.Read("served.crt"));
  TrustingClient old_{program_.url(), own_copy_};
};

TEST_F(CertificateTest, HupReadsItAgainWhileServing) {
  EXPECT_TRUE(old_.IsAnswered());
  EXPECT_FALSE(TrustingClient(program_.url(), first_.certificate).IsAnswered());
  for (const CertificateFiles& files : {first_, second_}) {
    Install(files);
    Reload("\"reloaded\"");
    EXPECT_TRUE(old_.IsAnswered()) << "its connection was made before";
    while (!TrustingClient(program_.url(), files.certificate).IsAnswered()) {
    }
    const auto refused = TrustingClient(program_.url(), own_copy_).Ask();
    ASSERT_FALSE(refused.ok()) << "a new connection gets the new one";
    EXPECT_EQ(refused.error().code(), ErrorCode::kPermissionDenied);
  }
}

TEST_F(CertificateTest, OneThatCannotBeReadLeavesTheOldOne) {
  EXPECT_TRUE(old_.IsAnswered());
  directory_.Write("served.crt", "no certificate");
  Reload("reload failed");
  EXPECT_TRUE(TrustingClient(program_.url(), own_copy_).IsAnswered());
}

// `injector service …` on the database that a program serves.
class SharedDatabaseTest : public ::testing::Test {
 protected:
  ProgramResult Injector(std::vector<std::string> words) const {
    words.insert(words.begin(), {tests::Program("injector"), "service"});
    return RunProgram({.argv = std::move(words),
                       .environment = {"SERVICE_CONN_KEY=" + std::string(kServiceKey),
                                       "INJECTOR_SERVICE_DB=" + database_.url()},
                       .stdin_bytes = "",
                       .working_directory = ""});
  }
  std::string TokenOf(const ProgramResult& made) const {
    const Result<Value> json = ParseJson(made.out);
    return json.ok() ? std::string(json->Find("token")->string().Reveal()) : made.err;
  }

  const TestDatabase database_{DatabaseKind::kSqlite};
  ServiceProgram program_{database_.url(), std::string(kServiceKey)};
};

// SQLite's locks are gone when any file descriptor of the database is closed; other programs then
// took its log away, and what was acknowledged after that was lost.
TEST_F(SharedDatabaseTest, OtherProgramsTakeNothingAway) {
  constexpr char kAll[] = "/api/v1/service-connections";
  ServiceClient admin(program_.url(), TokenOf(Injector({"init", "--org", "acme"})));
  EXPECT_EQ(admin.Post(kAll, AwsBody("before", "secret-0123")).status, 201);
  EXPECT_EQ(Injector({"audit", "list", "--org", "acme"}).exit_status, 0);
  EXPECT_EQ(admin.Post(kAll, AwsBody("after", "secret-0123")).status, 201);
  program_.process().Signal(SIGKILL);
  program_.process().Wait();
  EXPECT_THAT(Injector({"audit", "list", "--org", "acme"}).out,
              AllOf(HasSubstr("@aws.before"), HasSubstr("@aws.after")));
}

TEST_F(SharedDatabaseTest, WhatOtherProgramsWriteIsSeenAtOnce) {
  for (const char* org : {"acme", "other", "third"}) {
    ServiceClient admin(program_.url(), TokenOf(Injector({"init", "--org", org})));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(admin.Get("/api/v1/tokens").status, 200) << org;
  }
}

TEST_F(SharedDatabaseTest, AMasterKeyThatItWasNotGivenIsCounted) {
  const TempDir directory;
  const std::string next = directory / "next.key";
  ASSERT_EQ(RunInjector({"key", "new", "--out", next}).exit_status, 0);
  ServiceClient anybody(program_.url(), "");
  const auto missing = [&] {
    const std::string name = R"(injector_data_failures_total{kind="key_missing"} )";
    const std::string metrics = anybody.Get("/metrics").body;
    return std::stoi(metrics.substr(metrics.find(name) + name.size()));
  };
  EXPECT_EQ(missing(), 0);
  const ProgramResult refused = Injector({"rotate-key", "--new-key-file", next, "--settle", "1ms"});
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_THAT(refused.err, HasSubstr("1 of 1 programs that serve do not use the key "));
  EXPECT_THAT(refused.err, HasSubstr("nothing was wrapped again"));
  while (missing() == 0) {
  }
  EXPECT_EQ(anybody.Get("/readyz").status, 200) << "what it has been given opens all that there is";
  EXPECT_EQ(Injector({"init", "--org", "new", "--key-file", next, "--more-key-file",
                      directory.Write("old.key", std::string(kServiceKey))})
                .exit_status,
            0);
  EXPECT_EQ(anybody.Get("/readyz").status, 503) << "the new org's key is wrapped by the new one";
}

// As one of an older release, which does not say that it serves.
TEST_F(SharedDatabaseTest, IsNotReadyOnceItLacksTheMasterKey) {
  const TempDir directory;
  const std::string next = directory / "next.key";
  ASSERT_EQ(RunInjector({"key", "new", "--out", next}).exit_status, 0);
  ServiceClient anybody(program_.url(), "");
  EXPECT_EQ(anybody.Get("/readyz").status, 200);
  const auto database = Database::Open(database_.url(), {}).value();
  ASSERT_TRUE(database
                  ->Write([](SqlSession& session) -> Status {
                    RETURN_IF_ERROR(session.Execute("DELETE FROM serving_programs", {}));
                    return {};
                  })
                  .ok());
  const ProgramResult rotated = Injector({"rotate-key", "--new-key-file", next, "--settle", "1ms"});
  ASSERT_EQ(rotated.exit_status, 0) << rotated.err;
  const Reply unready = anybody.Get("/readyz");
  EXPECT_EQ(unready.status, 503);
  EXPECT_THAT(unready.body, HasSubstr("wraps what is served, and is not here"));
}

// A full disk, as the program sees it: what it reads is there, and nothing more can be written.
TEST(Readiness, AFileThatCannotBeWrittenIsNotReady) {
  const TestDatabase database(DatabaseKind::kSqlite);
  ServiceProgram program(database.url(), std::string(kServiceKey), {"--ready-interval", "1ms"});
  ServiceClient anybody(program.url(), "");
  EXPECT_EQ(anybody.Get("/readyz").status, 200);
  rlimit before{};
  ASSERT_EQ(::prlimit(program.process().pid(), RLIMIT_FSIZE, nullptr, &before), 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::prlimit(program.process().pid(), RLIMIT_FSIZE, &none, nullptr), 0);
  while (anybody.Get("/readyz").status != 503) {  // believed for a millisecond
  }
  EXPECT_EQ(anybody.Get("/healthz").status, 200);
  ASSERT_EQ(::prlimit(program.process().pid(), RLIMIT_FSIZE, &before, nullptr), 0);
  while (anybody.Get("/readyz").status != 200) {
  }
}

// Failed logins are counted by where they come from, so who is believed about that shows there.
class ProxiedService {
 public:
  explicit ProxiedService(std::vector<std::string> options)
      : world_(DatabaseKind::kSqlite, std::move(options)),
        client_(world_.Client(Spoilt(world_.Token(world_.MakeOrg(), {.role = Role::kAdmin})))) {}

  // The status of one more login with a token that is not quite one.
  int FailedLogin(const std::string& forwarded_for) {
    return client_.Get("/api/v1/tokens", {{"X-Forwarded-For", forwarded_for}}).status;
  }

 private:
  static std::string Spoilt(std::string token) {
    token.back() = token.back() == 'A' ? 'B' : 'A';
    return token;
  }

  ServiceWorld world_;
  ServiceClient client_;
};

TEST(TrustedProxy, OneThatIsNotTrustedIsNotBelieved) {
  ProxiedService service({"--lockout-failures", "2"});
  EXPECT_EQ(service.FailedLogin("198.51.100.1"), 401);
  EXPECT_EQ(service.FailedLogin("198.51.100.2"), 401);
  EXPECT_EQ(service.FailedLogin("198.51.100.3"), 429) << "all of them come from here";
}

TEST(TrustedProxy, ATrustedOneTellsItsClientsApart) {
  ProxiedService service(
      {"--lockout-failures", "2", "--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "10.0.0.1"});
  const std::string mine = "198.51.100.1";
  EXPECT_EQ(service.FailedLogin(mine), 401);
  EXPECT_EQ(service.FailedLogin(mine), 401);
  EXPECT_EQ(service.FailedLogin(mine), 429);
  EXPECT_EQ(service.FailedLogin("198.51.100.2"), 401) << "another client";
  EXPECT_EQ(service.FailedLogin(mine + ", 10.0.0.1"), 429) << "through two trusted proxies";
  EXPECT_EQ(service.FailedLogin("203.0.113.9, " + mine), 429) << "what a client says of itself";
  EXPECT_EQ(service.FailedLogin(mine + ", nonsense"), 401) << "then the proxy itself is the client";
}

TEST(TrustedProxy, AClientIsOneHoweverItIsSpelled) {
  ProxiedService service({"--lockout-failures", "2", "--trusted-proxy", "127.0.0.0/8"});
  EXPECT_EQ(service.FailedLogin("2001:db8::1"), 401);
  EXPECT_EQ(service.FailedLogin("2001:0DB8:0:0::0001"), 401);
  EXPECT_EQ(service.FailedLogin("2001:db8:0:0:0:0:0:1"), 429);
  EXPECT_EQ(service.FailedLogin("198.51.100.7"), 401);
  EXPECT_EQ(service.FailedLogin("::ffff:198.51.100.7"), 401);
  EXPECT_EQ(service.FailedLogin("::FFFF:c633:6407"), 429);
}

}  // namespace
}  // namespace injector::testing
