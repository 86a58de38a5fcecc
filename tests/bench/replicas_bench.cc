// Grants a second of one, two and three replicas of `injector service serve` over one PostgreSQL
// that writes to the disk, when the jobs are of one org, and of eight. Prints one table.
//
//   replicas_bench [--seconds=N] [--clients=N] [--connections=N]
//
// Clients, replicas and database share the machine: once its cores are busy, more replicas add
// nothing here. What the table shows besides is whether they get into each other's way, and what an
// org's one line (DESIGN.md of the service) costs them.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "injector/service/store/soci_session.h"
#include "tests/bench/http_load.h"
#include "tests/bench/load_options.h"
#include "tests/bench/service_scene.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/postgres_server.h"

namespace injector::bench {
namespace {

constexpr std::size_t kMostReplicas = 3;
constexpr char kUser[] = "bench";
constexpr char kPassword[] = "bench-pg-4711";

using Replicas = std::vector<std::unique_ptr<testing::ServiceProgram>>;

// All at the same time, each with its part of the clients.
std::vector<LoadResult> LoadAll(const Replicas& replicas, const std::vector<std::string>& requests,
                                const LoadOptions& options) {
  std::vector<LoadResult> results(replicas.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    threads.emplace_back([&, i] {
      results[i] =
          Load(replicas[i]->port(), requests,
               std::max<std::size_t>(options.clients / replicas.size(), 1), options.duration);
    });
  }
  threads.clear();
  return results;
}

void Print(std::size_t replicas, std::size_t orgs, const std::vector<LoadResult>& results) {
  double per_second = 0;
  double median_ms = 0;
  double p99_ms = 0;
  for (const LoadResult& result : results) {
    if (result.refusals > 0) Stop("grants were refused");
    per_second += result.PerSecond();
    median_ms = std::max(median_ms, result.median_ms);
    p99_ms = std::max(p99_ms, result.p99_ms);
  }
  std::printf("%8zu %5zu %9.0f %8.1f %8.1f\n", replicas, orgs, per_second, median_ms, p99_ms);
  std::fflush(stdout);
}

void Measure(const std::string& url, std::size_t orgs, const LoadOptions& options) {
  std::vector<std::unique_ptr<ServiceScene>> scenes;
  std::vector<std::vector<std::string>> grants;
  for (std::size_t i = 0; i < orgs; ++i) {
    scenes.push_back(std::make_unique<ServiceScene>(url, "bench-" + std::to_string(i),
                                                    options.connections.front()));
    grants.push_back(scenes.back()->Grants());
  }
  // Orgs in turn.
  std::vector<std::string> requests;
  for (std::size_t i = 0; i < grants.front().size(); ++i) {
    for (const std::vector<std::string>& of_one : grants) requests.push_back(of_one[i]);
  }
  Replicas replicas;
  while (replicas.size() < kMostReplicas) {
    replicas.push_back(std::make_unique<testing::ServiceProgram>(
        url, std::string(testing::kServiceKey),
        std::vector<std::string>{"--log-level", "warning"}));
    Print(replicas.size(), orgs, LoadAll(replicas, requests, options));
  }
}

int Main(int argc, char** argv) {
  const LoadOptions options = ParseLoadOptions(argc, argv, {.connections = {100}});
  const auto server =
      testing::PostgresServer::Start(kUser, kPassword, testing::PostgresServer::Durability::kFull);
  if (!server) Stop("PostgreSQL is not installed");
  const std::string base = std::string("postgresql://") + kUser + ":" + kPassword +
                           "@127.0.0.1:" + std::to_string(server->port()) + "/";
  const auto session = Must(ConnectPostgres(base + "postgres"));
  std::printf("%8s %5s %9s %8s %8s\n", "replicas", "orgs", "grants/s", "p50 ms", "p99 ms");
  for (const std::size_t orgs : {std::size_t{1}, std::size_t{8}}) {
    const std::string name = "bench_" + std::to_string(orgs);
    Must(session->Execute("CREATE DATABASE " + name, {}));
    Measure(base + name, orgs, options);
  }
  return 0;
}

}  // namespace
}  // namespace injector::bench

int main(int argc, char** argv) { return injector::bench::Main(argc, argv); }
