// TLS from end to end: our client, our server, real certificates.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "injector/http/client/client.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/server.h"
#include "raw_socket.h"
#include "tests/support/certificate.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"

namespace injector::http {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ::testing::Test {
 protected:
  void MakeCertificate(const std::string& name, const std::string& host) const {
    injector::testing::MakeCertificate(directory_, name, host);
  }
  // Answers 200 to clients with a certificate of `client_authority`, 204 to those without one.
  void Start(const std::string& client_authority = "") {
    ServerOptions options;
    options.tls = {.certificate_file = directory_ / "server.crt",
                   .key_file = directory_ / "server.key",
                   .client_ca_file = client_authority.empty() ? "" : directory_ / client_authority};
    options.handshake_time = std::chrono::milliseconds(100);
    server_ = HttpServer::Start(ListenOnTcp("127.0.0.1", 0).value(), options,
                                [](const ServerRequest& request) {
                                  ServerResponse response;
                                  response.status = request.peer.has_certificate ? 200 : 204;
                                  return response;
                                })
                  .value();
  }
  // `authority`: a certificate's name; empty: the system's. `own`: the client's.
  Result<ClientResponse> Get(const std::string& authority, const std::string& own = "") const {
    Client client({.unix_socket = "",
                   .ca_file = authority.empty() ? "" : directory_ / (authority + ".crt"),
                   .certificate_file = own.empty() ? "" : directory_ / (own + ".crt"),
                   .key_file = own.empty() ? "" : directory_ / (own + ".key")});
    ClientRequest request;
    request.url = "https://127.0.0.1:" + std::to_string(server_->port()) + "/";
    return client.Send(request);
  }

  // Whether a client that showed `own` comes in again by the session that it was given.
  bool IsResumable(const std::string& own) const {
    const std::string session = directory_ / "session.pem";
    Talk({"-cert", directory_ / (own + ".crt"), "-key", directory_ / (own + ".key"), "-sess_out",
          session});
    return std::filesystem::exists(session) &&
           Talk({"-sess_in", session}).find("Reused, ") != std::string::npos;
  }

  const injector::testing::TempDir directory_;
  std::unique_ptr<HttpServer> server_;

 private:
  // What openssl's own client says of one request.
  std::string Talk(const std::vector<std::string>& options) const {
    injector::testing::ProgramRun run;
    run.argv = {"openssl", "s_client", "-ign_eof", "-connect",
                "127.0.0.1:" + std::to_string(server_->port())};
    run.argv.insert(run.argv.end(), options.begin(), options.end());
    run.stdin_bytes = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    return injector::testing::RunProgram(run).out;
  }
};

TEST_F(TlsTest, AVerifiedServerAnswers) {
  MakeCertificate("server", "IP:127.0.0.1");
  Start();
  const auto response = Get("server");
  ASSERT_TRUE(response.ok()) << response.error().message();
  EXPECT_EQ(response->status, 204);
}

TEST_F(TlsTest, AnotherAuthorityOrAnotherNameIsADenial) {
  MakeCertificate("server", "IP:127.0.0.1");
  MakeCertificate("other", "IP:127.0.0.1");
  Start();
  EXPECT_EQ(Get("other").error().code(), ErrorCode::kPermissionDenied);
  MakeCertificate("server", "DNS:elsewhere.example.com");
  ASSERT_TRUE(server_->ReloadTls().ok());
  EXPECT_EQ(Get("server").error().code(), ErrorCode::kPermissionDenied);
}

TEST_F(TlsTest, TheSystemsAuthoritiesAreThoseOfTheVariable) {
  MakeCertificate("server", "IP:127.0.0.1");
  Start();
  const auto unknown = Get("");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code(), ErrorCode::kPermissionDenied);
  EXPECT_THAT(unknown.error().hint(), HasSubstr("authorities"));
  ASSERT_EQ(::setenv("SSL_CERT_FILE", (directory_ / "server.crt").c_str(), 1), 0);
  EXPECT_TRUE(Get("").ok());
  ASSERT_EQ(::setenv("SSL_CERT_FILE", "/not/there", 1), 0);
  const auto missing = Get("");
  ASSERT_EQ(::unsetenv("SSL_CERT_FILE"), 0);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_THAT(missing.error().message(), HasSubstr("/not/there"));
}

TEST_F(TlsTest, AReplacedCertificateIsServedAfterReloading) {
  MakeCertificate("server", "IP:127.0.0.1");
  Start();
  std::filesystem::copy_file(directory_ / "server.crt", directory_ / "old.crt");
  MakeCertificate("server", "IP:127.0.0.1");
  EXPECT_TRUE(Get("old").ok());
  ASSERT_TRUE(server_->ReloadTls().ok());
  EXPECT_TRUE(Get("server").ok());
  EXPECT_FALSE(Get("old").ok());
}

TEST_F(TlsTest, ADamagedReplacementLeavesTheOldOneServing) {
  MakeCertificate("server", "IP:127.0.0.1");
  Start();
  std::filesystem::copy_file(directory_ / "server.crt", directory_ / "old.crt");
  directory_.Write("server.crt", "half a cert");
  const Status reloaded = server_->ReloadTls();
  ASSERT_FALSE(reloaded.ok());
  EXPECT_THAT(reloaded.error().message(), HasSubstr("server.crt"));
  EXPECT_TRUE(Get("old").ok());
}

TEST_F(TlsTest, KnowsClientsByTheirCertificate) {
  for (const char* name : {"server", "client", "other"}) MakeCertificate(name, "IP:127.0.0.1");
  Start("client.crt");
  EXPECT_EQ(Get("server", "client").value().status, 200);
  EXPECT_EQ(Get("server").value().status, 204);
  EXPECT_FALSE(Get("server", "other").ok()) << "of an authority that nobody here trusts";
  std::filesystem::copy_file(directory_ / "other.crt", directory_ / "client.crt",
                             std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(server_->ReloadTls().ok());
  EXPECT_EQ(Get("server", "other").value().status, 200);
}

// Under TLS 1.3 the server says so only when the client has begun to talk.
TEST_F(TlsTest, ACertificateThatIsRefusedIsNamed) {
  MakeCertificate("server", "IP:127.0.0.1");
  MakeCertificate("runners", "DNS:runner");
  MakeCertificate("others", "DNS:other");
  Start("runners.crt");
  const auto refused = Get("server", "others");
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(refused.error().message(),
              HasSubstr("the client certificate " + (directory_ / "others.crt") + " is refused: "));
  EXPECT_THAT(refused.error().hint(), HasSubstr("--client-cert"));
}

// Else who has lost the certificate, or whose has ended, would come in by a session that began with
// it.
TEST_F(TlsTest, NoSessionIsResumedWhereClientsShowCertificates) {
  for (const char* name : {"server", "client"}) MakeCertificate(name, "IP:127.0.0.1");
  for (const char* authority : {"", "client.crt"}) {
    Start(authority);
    EXPECT_EQ(IsResumable("client"), std::string_view(authority).empty()) << authority;
  }
}

TEST_F(TlsTest, DoesNotStartWithoutTheClientsAuthorities) {
  MakeCertificate("server", "IP:127.0.0.1");
  ServerOptions options;
  options.tls = {.certificate_file = directory_ / "server.crt",
                 .key_file = directory_ / "server.key",
                 .client_ca_file = directory_.Write("empty.crt", "")};
  const auto server = HttpServer::Start(ListenOnTcp("127.0.0.1", 0).value(), options,
                                        [](const ServerRequest&) { return ServerResponse(); });
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_THAT(server.error().message(), HasSubstr("empty.crt"));
}

TEST_F(TlsTest, WhoNeverFinishesTheHandshakeIsCutOff) {
  MakeCertificate("server", "IP:127.0.0.1");
  Start();
  const UniqueFd silent = testing::ConnectTo(server_->port());
  EXPECT_EQ(testing::ReceiveAll(silent), "");
}

}  // namespace
}  // namespace injector::http
