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
#include <string>
#include <vector>

#include "injector/service/store/soci_session.h"
#include "tests/bench/http_load.h"
#include "tests/bench/load_options.h"
#include "tests/bench/service_scene.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/postgres_server.h"

namespace injector::bench {
namespace {

constexpr int kRounds = 3;
constexpr char kUser[] = "bench";
constexpr char kPassword[] = "bench-pg-4711";

std::vector<std::string> EmptyRequests() { return {"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"}; }

struct Round {
  LoadResult empty;
  LoadResult grants;
  double Ratio() const { return grants.PerSecond() / empty.PerSecond(); }
};

void Measure(const std::string& database, const std::string& url, int connections,
             const LoadOptions& options) {
  const ServiceScene scene(url, "bench", connections);
  const testing::ServiceProgram program(url, std::string(testing::kServiceKey),
                                        {"--log-level", "warning"});
  std::vector<Round> rounds;
  for (int i = 0; i < kRounds; ++i) {
    rounds.push_back(
        {.empty = Load(program.port(), EmptyRequests(), options.clients, options.duration),
         .grants = Load(program.port(), scene.Grants(), options.clients, options.duration)});
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
