#pragma once
// The real program serving a database, and clients of it. Each answer that a client gets is held
// against the OpenAPI document that the program serves.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/clock.h"
#include "injector/http/client/client.h"
#include "injector/model/json.h"
#include "injector/service/desk.h"
#include "injector/service/tokens.h"
#include "tests/integration/service/balancer.h"
#include "tests/integration/service/openapi_document.h"
#include "tests/support/certificate.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/injector/service/databases.h"

namespace injector::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Reply {
  int status = 0;
  std::string body;
  Headers headers;

  // Empty without one.
  std::string Header(std::string_view name) const;
  // The body; ends the test program when it is no JSON.
  Value Json() const;
  // The text at members, "" when it is not there: At({"error", "code"}).
  std::string At(const std::vector<std::string>& path) const;
};

// The program `injector` with these words and nothing else in its environment.
ProgramResult RunInjector(std::vector<std::string> words,
                          std::vector<std::string> environment = {});

class ServiceProgram {
 public:
  // Without TLS unless it is given a certificate.
  ServiceProgram(const std::string& database_url, const std::string& key,
                 std::vector<std::string> options = {},
                 const std::optional<CertificateFiles>& tls = {});

  int port() const { return port_; }
  const std::string& url() const { return url_; }
  RunningProgram& process() { return *process_; }
  std::string Log() const { return directory_.Read("log"); }

 private:
  TempDir directory_;
  std::unique_ptr<RunningProgram> process_;
  std::string url_;
  int port_ = 0;
};

// A call with the token; each client has its own connection.
class ServiceClient {
 public:
  // kNewEach: its requests go to several replicas in turn.
  enum class Connection { kKept, kNewEach };

  ServiceClient(std::string url, std::string token, const OpenApiDocument* document = nullptr,
                Connection connection = Connection::kKept)
      : url_(std::move(url)),
        token_(std::move(token)),
        document_(document),
        connection_(connection),
        client_({}) {}

  Reply Send(const std::string& method, const std::string& target, std::string_view body = "",
             const Headers& headers = {});
  Reply Get(const std::string& target, const Headers& headers = {}) {
    return Send("GET", target, "", headers);
  }
  Reply Post(const std::string& target, std::string_view body, const Headers& headers = {}) {
    return Send("POST", target, body, headers);
  }
  Reply Delete(const std::string& target, const Headers& headers = {}) {
    return Send("DELETE", target, "", headers);
  }
  const std::string& token() const { return token_; }

 private:
  std::string url_;
  std::string token_;
  const OpenApiDocument* document_;
  Connection connection_;
  http::Client client_;
};

// A database, the operator's hand in it, and the program that serves it. SERVICE_REPLICAS=N: over
// PostgreSQL that many of them, behind a balancer, and each request of a client goes to the next.
class ServiceWorld {
 public:
  explicit ServiceWorld(DatabaseKind kind, const std::vector<std::string>& options = {});

  std::string MakeOrg();
  // A token by the operator's right; `life` counted from now, also backwards.
  std::string Token(const std::string& org_id, TokenRequest request,
                    std::chrono::seconds life = std::chrono::hours(1));
  ServiceClient Client(const std::string& token) const {
    return ServiceClient(
        url(), token, document_.get(),
        balancer_ ? ServiceClient::Connection::kNewEach : ServiceClient::Connection::kKept);
  }
  Desk& desk() { return *desk_; }
  // Of the program, or of the balancer.
  std::string url() const { return balancer_ ? balancer_->url() : program_->url(); }
  ServiceProgram& program() { return *program_; }
  const TestDatabase& database() const { return files_; }
  const OpenApiDocument& document() const { return *document_; }
  // Starts all programs anew, running or not; clients of before have the old address.
  void Restart(const std::vector<std::string>& options = {});

 private:
  void StartMore(const std::vector<std::string>& options);

  TestDatabase files_;
  SystemClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<ServiceProgram> program_;
  std::vector<std::unique_ptr<ServiceProgram>> more_programs_;
  std::optional<Balancer> balancer_;
  std::unique_ptr<OpenApiDocument> document_;
  int orgs_ = 0;
};

inline constexpr std::string_view kServiceKey =
    "5f6e7d8c9badacfb0e1d2c3b4a5968778695a4b3c2d1e0f10213243546576879";

// {"name": …, "type": "aws", "config": {access_key_id, secret_access_key, region}}
std::string AwsBody(const std::string& name, std::string_view secret);

}  // namespace injector::testing
