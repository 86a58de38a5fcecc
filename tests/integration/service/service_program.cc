#include "tests/integration/service/service_program.h"

#include <cstdlib>
#include <iostream>

#include "injector/base/ascii.h"
#include "injector/service/orgs.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << '\n';
  std::abort();
}

// A clock that stands elsewhere: what is made by it has expired long ago.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(std::chrono::seconds shift) : shift_(shift) {}
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::now() + shift_;
  }
  std::chrono::steady_clock::time_point Monotonic() const override {
    return std::chrono::steady_clock::now();
  }

 private:
  std::chrono::seconds shift_;
};

}  // namespace

std::string Reply::Header(std::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (ToAsciiLower(header) == ToAsciiLower(name)) return value;
  }
  return {};
}

Value Reply::Json() const {
  Result<Value> json = ParseJson(body);
  if (!json.ok()) Stop("no JSON: " + body);
  return *std::move(json);
}

std::string Reply::At(const std::vector<std::string>& path) const {
  const Value json = Json();
  const Value* value = &json;
  for (const std::string& name : path) {
    value = value->Find(name);
    if (value == nullptr) return {};
  }
  return std::string(value->ToText().Reveal());
}

ProgramResult RunInjector(std::vector<std::string> words, std::vector<std::string> environment) {
  words.insert(words.begin(), tests::Program("injector"));
  return RunProgram({.argv = std::move(words),
                     .environment = std::move(environment),
                     .stdin_bytes = "",
                     .working_directory = ""});
}

ServiceProgram::ServiceProgram(const std::string& database_url, const std::string& key,
                               std::vector<std::string> options,
                               const std::optional<CertificateFiles>& tls) {
  // The log goes to a file: nobody here reads it while the program runs.
  ProgramRun run;
  // XFSZ: else the first write beyond a limit of file sizes, which stands for a full disk, would
  // end the program.
  run.argv = {"/bin/sh",
              "-c",
              R"(trap '' XFSZ; exec "$@" 2>>"$LOG")",
              "sh",
              tests::Program("injector"),
              "service",
              "serve",
              "--listen",
              "127.0.0.1:0"};
  const std::vector<std::string> transport =
      tls ? std::vector<std::string>{"--tls-cert", tls->certificate, "--tls-key", tls->key}
          : std::vector<std::string>{"--insecure-http"};
  run.argv.insert(run.argv.end(), transport.begin(), transport.end());
  run.argv.insert(run.argv.end(), options.begin(), options.end());
  run.environment = {"SERVICE_CONN_KEY=" + key, "INJECTOR_SERVICE_DB=" + database_url,
                     "LOG=" + (directory_ / "log")};
  process_ = std::make_unique<RunningProgram>(run);
  url_ = process_->ReadLine();
  const std::size_t colon = url_.rfind(':');
  if (colon == std::string::npos) Stop("the service does not start: " + Log());
  port_ = std::atoi(url_.c_str() + colon + 1);
}

Reply ServiceClient::Send(const std::string& method, const std::string& target,
                          std::string_view body, const Headers& headers) {
  http::ClientRequest request;
  request.method = method;
  request.url = url_ + target;
  if (!token_.empty()) {
    request.headers.push_back(
        {"Authorization", Secret::Concat({"Bearer ", std::string_view(token_)})});
  }
  if (!body.empty()) {
    request.headers.push_back({"Content-Type", Secret::CopyOf("application/json")});
    request.body = Secret::CopyOf(body);
  }
  for (const auto& [name, value] : headers) {
    request.headers.push_back({name, Secret::CopyOf(value)});
  }
  if (connection_ == Connection::kNewEach) client_ = http::Client({});
  const Result<http::ClientResponse> response = client_.Send(request);
  if (!response.ok()) Stop(method + " " + target + ": " + response.error().message());
  Reply reply;
  reply.status = response->status;
  reply.body = response->body.Reveal();
  for (const http::Header& header : response->headers) {
    reply.headers.emplace_back(header.name, header.value.Reveal());
  }
  if (document_ != nullptr) {
    EXPECT_EQ(document_->Violation({.method = method,
                                    .path = target.substr(0, target.find('?')),
                                    .status = reply.status,
                                    .content_type = reply.Header("Content-Type"),
                                    .body = reply.body}),
              "")
        << method << ' ' << target << ' ' << reply.status << ' ' << reply.body;
  }
  return reply;
}

ServiceWorld::ServiceWorld(DatabaseKind kind, const std::vector<std::string>& options)
    : files_(kind) {
  database_ = Database::Open(files_.url(), {}).value();
  keys_ = Keys::Open(*database_, KeyText::Parse(kServiceKey).value(), {}, clock_).value();
  desk_ = std::make_unique<Desk>(*database_, *keys_, clock_);
  if (!EnsureServiceOrg(*desk_).ok()) Stop("no service org");
  Restart(options);
  ServiceClient reader(program_->url(), "");
  document_ = std::make_unique<OpenApiDocument>(reader.Get("/openapi.json").Json());
}

void ServiceWorld::Restart(const std::vector<std::string>& options) {
  balancer_.reset();
  more_programs_.clear();
  program_.reset();
  program_ = std::make_unique<ServiceProgram>(files_.url(), std::string(kServiceKey), options);
  if (database_->kind() == Database::Kind::kPostgres) StartMore(options);
}

void ServiceWorld::StartMore(const std::vector<std::string>& options) {
  const char* replicas = std::getenv("SERVICE_REPLICAS");
  if (replicas == nullptr) return;
  std::vector<int> ports = {program_->port()};
  while (static_cast<int>(ports.size()) < std::atoi(replicas)) {
    more_programs_.push_back(
        std::make_unique<ServiceProgram>(files_.url(), std::string(kServiceKey), options));
    ports.push_back(more_programs_.back()->port());
  }
  balancer_.emplace(std::move(ports));
}

std::string ServiceWorld::MakeOrg() {
  return CreateOrg(*desk_, "org-" + std::to_string(++orgs_)).value();
}

std::string ServiceWorld::Token(const std::string& org_id, TokenRequest request,
                                std::chrono::seconds life) {
  // Made long ago, so that its end may be in the past.
  const ShiftedClock clock(std::chrono::hours(-24));
  Desk desk(*database_, *keys_, clock);
  request.expires_at = std::chrono::system_clock::now() + life;
  return std::string(IssueOperatorToken(desk, org_id, request).value().token.Reveal());
}

std::string AwsBody(const std::string& name, std::string_view secret) {
  return R"({"name":")" + name + R"(","type":"aws","config":{"access_key_id":"AKIAEXAMPLE",)" +
         R"("secret_access_key":")" + std::string(secret) + R"(","region":"eu-central-1"}})";
}

}  // namespace injector::testing
