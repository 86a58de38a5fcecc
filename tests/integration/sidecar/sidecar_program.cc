#include "tests/integration/sidecar/sidecar_program.h"

#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "tests/support/paths.h"

namespace injector::testing {
namespace {

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << '\n';
  std::abort();
}

std::size_t CountOf(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

}  // namespace

SidecarProgram::SidecarProgram(const std::string& socket, std::vector<std::string> options,
                               const std::function<void(ProgramRun&)>& change) {
  ProgramRun run;
  run.argv = {
      "/bin/sh", "-c", R"(exec "$@" 2>>"$LOG")", "sh", tests::Program("injector"), "sidecar",
      "--repo",  "web"};
  if (!socket.empty()) run.argv.insert(run.argv.end(), {"--listen", "unix:" + socket});
  std::size_t doors = 0;
  for (const std::string& option : options) {
    run.argv.push_back(option);
    const bool is_door = option.starts_with("--") && option.ends_with("-listen");
    if (is_door || option == "--listen-tcp") ++doors;
  }
  run.environment = {"LOG=" + (directory_ / "log")};
  change(run);
  process_ = std::make_unique<RunningProgram>(run);
  first_line_ = process_->ReadLine();
  if (first_line_.empty()) Stop("the sidecar does not start: " + Log());
  for (std::size_t i = 0; i < doors; ++i) urls_.push_back(process_->ReadLine());
}

void SidecarProgram::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
}

Reply JobClient::Send(const std::string& method, const std::string& url, std::string_view body,
                      const Headers& headers) {
  http::ClientRequest request;
  request.method = method;
  request.url = url;
  if (!body.empty()) {
    request.headers.push_back({"Content-Type", Secret::CopyOf("application/json")});
    request.body = Secret::CopyOf(body);
  }
  for (const auto& [name, value] : headers) {
    request.headers.push_back({name, Secret::CopyOf(value)});
  }
  const Result<http::ClientResponse> response = client_.Send(request);
  if (!response.ok()) return Reply{.status = 0, .body = response.error().message(), .headers = {}};
  Reply reply{
      .status = response->status, .body = std::string(response->body.Reveal()), .headers = {}};
  for (const http::Header& header : response->headers) {
    reply.headers.emplace_back(header.name, header.value.Reveal());
  }
  return reply;
}

ServiceWorld& SidecarTest::SharedWorld() {
  static ServiceWorld world(DatabaseKind::kSqlite);
  return world;
}

SidecarTest::SidecarTest() : SidecarTest(nullptr) {}

SidecarTest::SidecarTest(std::unique_ptr<ServiceWorld> own)
    : own_world_(std::move(own)), world_(own_world_ ? *own_world_ : SharedWorld()) {
  const auto attach = [this](const std::string& path, const std::string& body) {
    EXPECT_EQ(admin_.Post("/api/v1/repos/web" + path, body).status, 201);
  };
  const auto make = [&](const std::string& name, std::string_view secret) {
    const std::string id =
        admin_.Post("/api/v1/service-connections", AwsBody(name, secret)).At({"id"});
    attach("/service-connections", R"({"connectionId":")" + id + "\"}");
    return id;
  };
  main_id_ = make("main", kFirstSecret);
  make("other", "Wv5-canary-other-1234");
  admin_.Post("/api/v1/variables", R"({"key":"REGION","value":"eu-central-1"})");
  attach("/variables", R"({"key":"REGION"})");
  runner_token_ = world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}});
  token_file_ = directory_.Write("token", runner_token_);
}

SidecarProgram SidecarTest::Start(std::vector<std::string> options) {
  options.insert(options.begin(), {"--service", world_.program().url(), "--token-file", token_file_,
                                   "--use-delay", "10ms"});
  return SidecarProgram(socket_, std::move(options));
}

void SidecarTest::Rotate(std::string_view secret, int version) {
  const Reply changed =
      admin_.Send("PATCH", "/api/v1/service-connections/" + main_id_,
                  R"({"config":{"secret_access_key":")" + std::string(secret) + "\"}}",
                  {{"If-Match", '"' + std::to_string(version) + '"'}});
  EXPECT_EQ(changed.status, 200) << changed.body;
}

void SidecarTest::RevokeRunners() {
  const Value tokens = admin_.Get("/api/v1/tokens").Json();
  for (const Value& token : tokens.Find("items")->items()) {
    if (token.Find("role")->string().Reveal() != "runner") continue;
    const std::string id(token.Find("id")->string().Reveal());
    EXPECT_EQ(admin_.Delete("/api/v1/tokens/" + id).status, 204);
  }
}

std::size_t SidecarTest::Recorded(std::string_view action) {
  const std::string text = '"' + std::string(action) + '"';
  return CountOf(admin_.Get("/api/v1/audit?limit=500").body, text);
}

void SidecarTest::AwaitRecorded(std::string_view action, std::size_t times) {
  // What the service has on record it tells only when asked.
  while (Recorded(action) < times) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

void OutageTest::SuspendService() {
  const RunningProgram& service = world_.program().process();
  service.Signal(SIGSTOP);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(service.pid()), &info, WSTOPPED | WNOWAIT), 0);
}

}  // namespace injector::testing
