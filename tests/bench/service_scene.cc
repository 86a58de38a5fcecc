#include "tests/bench/service_scene.h"

#include <algorithm>
#include <thread>

#include "injector/model/json.h"
#include "injector/service/attachments.h"
#include "injector/service/connections.h"
#include "injector/service/last_used.h"
#include "injector/service/orgs.h"
#include "injector/service/upkeep_watch.h"
#include "tests/integration/service/service_program.h"

namespace injector::bench {
namespace {

constexpr int kAttached = 10;

}  // namespace

void Stop(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

ServiceScene::ServiceScene(const std::string& url, const std::string& name, int connections) {
  database_ = Must(Database::Open(url, {}));
  keys_ = Must(Keys::Open(*database_, Must(KeyText::Parse(testing::kServiceKey)), {}, clock_));
  desk_ = std::make_unique<Desk>(*database_, *keys_, clock_);
  if (!EnsureServiceOrg(*desk_).ok()) Stop("no service org");
  org_ = Must(CreateOrg(*desk_, name));
  Fill(std::max(connections, kAttached));
  Settle();
  const NewToken token =
      Must(IssueOperatorToken(*desk_, org_, {.role = Role::kRunner, .repos = {"acme/web"}}));
  token_ = std::string(token.token.Reveal());
}

std::vector<std::string> ServiceScene::Grants() const {
  std::vector<std::string> requests;
  for (int i = 0; i < kAttached; ++i) {
    const std::string body = R"({"connections":["c)" + std::to_string(i) + "\"]}";
    requests.push_back(
        "POST /api/v1/repos/acme%2Fweb/grants HTTP/1.1\r\nHost: h\r\n"
        "Authorization: Bearer " +
        token_ + "\r\nContent-Type: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  return requests;
}

// By several threads, because what waits is committed together.
void ServiceScene::Fill(int connections) {
  constexpr int kThreads = 16;
  std::vector<std::jthread> threads;
  for (int first = 0; first < kThreads; ++first) {
    threads.emplace_back([this, first, connections] {
      for (int i = first; i < connections; i += kThreads) Add(i);
    });
  }
}

void ServiceScene::Settle() {
  if (!NoteLastUses(*desk_).ok()) Stop("the uses cannot be noted");
  Must(WatchUpkeep(*desk_));
  const Status analyzed = database_->Write([](SqlSession& session) -> Status {
    RETURN_IF_ERROR(session.Execute("ANALYZE", {}));
    return {};
  });
  if (!analyzed.ok()) Stop("ANALYZE: " + analyzed.error().message());
}

void ServiceScene::Add(int number) {
  const std::string name = "c" + std::to_string(number);
  const std::string repo =
      number < kAttached ? "acme/web" : "acme/r" + std::to_string(number / kAttached);
  const Value body = Must(ParseJson(testing::AwsBody(name, "wJalrXUtnFEMI-K7MDENG-example")));
  const Principal admin = OperatorOf(org_);
  const ConnectionView made = Must(Connections(*desk_).Create(admin, body));
  Must(Attachments(*desk_).Attach(admin, repo, {.id = made.id}, {}));
}

}  // namespace injector::bench
