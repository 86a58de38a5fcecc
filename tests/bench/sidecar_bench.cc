// Cached grants a second, of the real `injector sidecar` at the real service, beside requests a
// second of the emptiest handler that it has (/healthz); and the memory that it takes for the jobs
// that hold those grants. Prints two tables.
//
//   sidecar_bench [--seconds=N] [--clients=N] [--connections=N,N…]
//
// Client, sidecar and service share the machine. So both kinds of request take turns, and what
// counts is the ratio: of the middle round. Each grant is of all connections that are attached; no
// job gives its grant back, so that the number of leases is that of the answers. Over TCP, for the
// client speaks no Unix sockets; what a request costs there is the same for both kinds.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/http_load.h"
#include "tests/bench/load_options.h"
#include "tests/integration/sidecar/sidecar_program.h"

namespace injector::bench {
namespace {

using testing::ServiceWorld;

constexpr int kRounds = 3;

[[noreturn]] void Stop(const std::string& why) {
  std::fprintf(stderr, "sidecar_bench: %s\n", why.c_str());
  std::exit(2);
}

// A repo with so many connections, and a sidecar that has them in its cache.
class Scene {
 public:
  Scene(ServiceWorld& world, int connections) {
    const std::string org = world.MakeOrg();
    testing::ServiceClient admin = world.Client(world.Token(org, {.role = Role::kAdmin}));
    for (int i = 0; i < connections; ++i) {
      const std::string id =
          admin
              .Post("/api/v1/service-connections",
                    testing::AwsBody("c" + std::to_string(i), "wJalrXUtnFEMI-K7MDENG-example"))
              .At({"id"});
      admin.Post("/api/v1/repos/web/service-connections", R"({"connectionId":")" + id + "\"}");
    }
    const std::string token =
        directory_.Write("token", world.Token(org, {.role = Role::kRunner, .repos = {"web"}}));
    const std::string door = directory_.Write("door", kDoor);
    sidecar_ = std::make_unique<testing::SidecarProgram>(
        directory_ / "run/s.sock",
        std::vector<std::string>{"--service", world.program().url(), "--token-file", token,
                                 "--listen-tcp", "127.0.0.1:0", "--listen-token-file", door,
                                 "--max-jobs", "1000000", "--log-level", "warning"});
  }

  int port() const {
    const std::string& url = sidecar_->urls().front();
    return std::atoi(url.substr(url.rfind(':') + 1).c_str());
  }
  std::vector<std::string> Grants() const {
    const std::string body = R"({"attached":true})";
    return {Head("POST /v1/grants") + "Content-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body};
  }
  std::vector<std::string> EmptyRequests() const { return {Head("GET /healthz") + "\r\n"}; }

  // In KiB, as the kernel counts it (proc(5), VmRSS).
  long ResidentKib() const {
    std::ifstream status("/proc/" + std::to_string(sidecar_->process().pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + line.find(':') + 1);
    }
    Stop("no VmRSS");
  }
  long Leases() const {
    constexpr std::string_view kName = "\ninjector_sidecar_job_leases ";
    const std::string text = testing::JobClient(directory_ / "run/s.sock").Get("/metrics").body;
    const std::size_t at = text.find(kName);
    if (at == std::string::npos) Stop("no number of leases");
    return std::atol(text.c_str() + at + kName.size());
  }

 private:
  static constexpr const char* kDoor = "a-token-of-the-door";
  static std::string Head(const std::string& line) {
    return line + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + kDoor + "\r\n";
  }

  const testing::TempDir directory_;
  std::unique_ptr<testing::SidecarProgram> sidecar_;
};

struct Round {
  LoadResult empty;
  LoadResult grants;
  double Ratio() const { return grants.PerSecond() / empty.PerSecond(); }
};

struct Memory {
  int connections;
  long before_kib;
  long after_kib;
  long leases;
};

Memory Measure(ServiceWorld& world, int connections, const LoadOptions& options) {
  const Scene scene(world, connections);
  Memory memory{.connections = connections, .before_kib = 0, .after_kib = 0, .leases = 0};
  std::vector<Round> rounds;
  for (int i = 0; i < kRounds; ++i) {
    const LoadResult empty =
        Load(scene.port(), scene.EmptyRequests(), options.clients, options.duration);
    // With a thread for each client by now: what comes on top is what leases take.
    if (i == 0) memory.before_kib = scene.ResidentKib();
    rounds.push_back(
        {.empty = empty,
         .grants = Load(scene.port(), scene.Grants(), options.clients, options.duration)});
  }
  memory.after_kib = scene.ResidentKib();
  memory.leases = scene.Leases();
  std::sort(rounds.begin(), rounds.end(),
            [](const Round& a, const Round& b) { return a.Ratio() < b.Ratio(); });
  const Round& middle = rounds[kRounds / 2];
  if (middle.grants.refusals > 0) Stop("grants were refused");
  std::printf("%11d %9.0f %9.0f %6.1f %% %8.1f %8.1f\n", connections, middle.empty.PerSecond(),
              middle.grants.PerSecond(), 100 * middle.Ratio(), middle.grants.median_ms,
              middle.grants.p99_ms);
  std::fflush(stdout);
  return memory;
}

int Main(int argc, char** argv) {
  const LoadOptions options = ParseLoadOptions(argc, argv, {.connections = {1, 25}});
  ServiceWorld world(testing::DatabaseKind::kSqlite);
  std::printf("%11s %9s %9s %8s %8s %8s\n", "connections", "empty/s", "grants/s", "ratio", "p50 ms",
              "p99 ms");
  std::vector<Memory> memories;
  for (const int connections : options.connections) {
    memories.push_back(Measure(world, connections, options));
  }
  std::printf("\n%11s %12s %9s %9s %12s\n", "connections", "idle MiB", "leases", "MiB",
              "bytes/lease");
  for (const Memory& memory : memories) {
    std::printf("%11d %12.1f %9ld %9.1f %12.0f\n", memory.connections,
                static_cast<double>(memory.before_kib) / 1024, memory.leases,
                static_cast<double>(memory.after_kib) / 1024,
                1024.0 * static_cast<double>(memory.after_kib - memory.before_kib) /
                    static_cast<double>(std::max(memory.leases, 1L)));
  }
  return 0;
}

}  // namespace
}  // namespace injector::bench

int main(int argc, char** argv) { return injector::bench::Main(argc, argv); }
