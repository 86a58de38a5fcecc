// Grants a second, of the real `injector service serve` with its log on, beside requests a second
// of the emptiest handler that the same server has (/healthz). Prints one table.
//
//   service_bench [--seconds=N] [--clients=N] [--only=sqlite|postgres] [--connections=N,N…]
//
// Client and server share the machine. So both kinds of request take turns, and what counts is the
// ratio: of the middle rounds. Each grant is of one connection of ten that are attached to the
// job's repo; the others are attached to repos of their own. Both databases write to the disk as
// they do in service: SQLite with synchronous=FULL, PostgreSQL with fsync.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "injector/base/clock.h"
#include "injector/model/json.h"
#include "injector/service/attachments.h"
#include "injector/service/connections.h"
#include "injector/service/orgs.h"
#include "injector/service/store/soci_session.h"
#include "tests/bench/http_load.h"
#include "tests/bench/load_options.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/postgres_server.h"

namespace injector::bench {
namespace {

constexpr int kRounds = 3;
constexpr int kAttached = 10;  // to the repo of the jobs
constexpr char kUser[] = "bench";
constexpr char kPassword[] = "bench-pg-4711";

[[noreturn]] void Stop(const std::string& why) {
  std::fprintf(stderr, "service_bench: %s\n", why.c_str());
  std::exit(2);
}

template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) Stop(result.error().message());
  return *std::move(result);
}

Principal AdminOf(const std::string& org_id) {
  Principal principal;
  principal.id = "operator";
  principal.org_id = org_id;
  principal.role = Role::kAdmin;
  return principal;
}

// An org with connections c0, c1, …, its program, and the runner's token.
class Scene {
 public:
  Scene(const std::string& url, int connections) {
    database_ = Must(Database::Open(url, {}));
    keys_ = Must(Keys::Open(*database_, Must(KeyText::Parse(testing::kServiceKey)), {}, clock_));
    desk_ = std::make_unique<Desk>(*database_, *keys_, clock_);
    if (!EnsureServiceOrg(*desk_).ok()) Stop("no service org");
    org_ = Must(CreateOrg(*desk_, "bench"));
    Fill(std::max(connections, kAttached));
    const NewToken token =
        Must(IssueOperatorToken(*desk_, org_, {.role = Role::kRunner, .repos = {"acme/web"}}));
    token_ = std::string(token.token.Reveal());
    program_ = std::make_unique<testing::ServiceProgram>(
        url, std::string(testing::kServiceKey), std::vector<std::string>{"--log-level", "warning"});
  }

  int port() const { return program_->port(); }

  std::vector<std::string> Grants() const {
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
  static std::vector<std::string> EmptyRequests() {
    return {"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"};
  }

 private:
  // By several threads, because what waits is committed together.
  void Fill(int connections) {
    constexpr int kThreads = 16;
    std::vector<std::jthread> threads;
    for (int first = 0; first < kThreads; ++first) {
      threads.emplace_back([this, first, connections] {
        for (int i = first; i < connections; i += kThreads) Add(i);
      });
    }
  }

  void Add(int number) {
    const std::string name = "c" + std::to_string(number);
    const std::string repo =
        number < kAttached ? "acme/web" : "acme/r" + std::to_string(number / kAttached);
    const Value body = Must(ParseJson(testing::AwsBody(name, "wJalrXUtnFEMI-K7MDENG-example")));
    const Principal admin = AdminOf(org_);
    const ConnectionView made = Must(Connections(*desk_).Create(admin, body));
    Must(Attachments(*desk_).Attach(admin, repo, {.id = made.id}, {}));
  }

  SystemClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<Desk> desk_;
  std::string org_;
  std::string token_;
  std::unique_ptr<testing::ServiceProgram> program_;
};

struct Round {
  LoadResult empty;
  LoadResult grants;
  double Ratio() const { return grants.PerSecond() / empty.PerSecond(); }
};

void Measure(const std::string& database, const std::string& url, int connections,
             const LoadOptions& options) {
  const Scene scene(url, connections);
  std::vector<Round> rounds;
  for (int i = 0; i < kRounds; ++i) {
    rounds.push_back(
        {.empty = Load(scene.port(), Scene::EmptyRequests(), options.clients, options.duration),
         .grants = Load(scene.port(), scene.Grants(), options.clients, options.duration)});
  }
  std::sort(rounds.begin(), rounds.end(),
            [](const Round& a, const Round& b) { return a.Ratio() < b.Ratio(); });
  const Round& middle = rounds[kRounds / 2];
  if (middle.grants.refusals > 0) Stop("grants were refused");
  std::printf("%-9s %11d %9.0f %9.0f %6.1f %% %8.1f %8.1f\n", database.c_str(), connections,
              middle.empty.PerSecond(), middle.grants.PerSecond(), 100 * middle.Ratio(),
              middle.grants.median_ms, middle.grants.p99_ms);
  std::fflush(stdout);
}

void MeasureSqlite(const LoadOptions& options) {
  for (const int connections : options.connections) {
    const testing::TempDir directory;
    Measure("SQLite", "sqlite:" + (directory / "service.db"), connections, options);
  }
}

void MeasurePostgres(const LoadOptions& options) {
  const auto server =
      testing::PostgresServer::Start(kUser, kPassword, testing::PostgresServer::Durability::kFull);
  if (!server) Stop("PostgreSQL is not installed");
  const std::string base = std::string("postgresql://") + kUser + ":" + kPassword +
                           "@127.0.0.1:" + std::to_string(server->port()) + "/";
  const auto session = Must(ConnectPostgres(base + "postgres"));
  for (const int connections : options.connections) {
    const std::string name = "bench_" + std::to_string(connections);
    Must(session->Execute("CREATE DATABASE " + name, {}));
    Measure("PostgreSQL", base + name, connections, options);
  }
}

int Main(int argc, char** argv) {
  const LoadOptions options = ParseLoadOptions(argc, argv, {.connections = {10, 100'000}});
  std::printf("%-9s %11s %9s %9s %8s %8s %8s\n", "database", "connections", "empty/s", "grants/s",
              "ratio", "p50 ms", "p99 ms");
  if (options.only != "postgres") MeasureSqlite(options);
  if (options.only != "sqlite") MeasurePostgres(options);
  return 0;
}

}  // namespace
}  // namespace injector::bench

int main(int argc, char** argv) { return injector::bench::Main(argc, argv); }
