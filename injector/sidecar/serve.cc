#include "injector/sidecar/serve.h"

#include <algorithm>
#include <mutex>
#include <random>
#include <utility>

#include "injector/base/process_limits.h"
#include "injector/rest/metrics.h"
#include "injector/sidecar/cache_events.h"
#include "injector/sidecar/peer_policy.h"
#include "injector/sidecar/service_upstream.h"
#include "injector/sidecar/sidecar_api.h"
#include "injector/sidecar/socket_file.h"
#include "injector/sidecar/upkeep.h"

namespace injector::sidecar {
namespace {

using Level = rest::Log::Level;

// How often leases are looked at that end by themselves.
constexpr std::chrono::milliseconds kTick{250};

std::chrono::milliseconds LeftUntil(std::chrono::steady_clock::time_point deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(left));
}

// Any thread may draw.
class Dice {
 public:
  double Roll() {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>(0, 1)(engine_);
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{std::random_device()()};
};

// Everything between the sockets and the service.
class Program {
 public:
  static Result<std::unique_ptr<Program>> Make(ServeOptions& options, rest::Log& log) {
    std::unique_ptr<Program> program(new Program(options, log));
    const LeaseCache::World world{
        .upstream = program->upstream_,
        .clock = program->clock_,
        .events = program->events_,
        .random = [dice = &program->dice_] { return dice->Roll(); },
        .keep = [&upkeep =
                     program->upkeep_](const LeaseHandle& lease) { return upkeep.Keep(lease); }};
    ASSIGN_OR_RETURN(program->cache_,
                     LeaseCache::Make(world, program->limits_, std::move(options.allow_list)));
    program->broker_ = std::make_unique<Broker>(*program->cache_, program->clock_, program->limits_,
                                                options.unmasked);
    RETURN_IF_ERROR(program->upkeep_.Begin(*program->cache_));
    return program;
  }

  void MakeApi(SidecarApi::Options options) {
    api_ = std::make_unique<SidecarApi>(*broker_, *cache_, clock_, limits_, metrics_, log_,
                                        std::move(options));
  }

  SidecarApi& api() { return *api_; }
  Broker& broker() { return *broker_; }

  // Reports the last uses and gives the leases back, until `deadline` at the latest.
  void Finish(std::chrono::steady_clock::time_point deadline) {
    broker_->EndAll();
    cache_->Close();
    if (!cache_->AwaitEmpty(LeftUntil(deadline))) {
      rest::ObjectBuilder members;
      members.Add("unreportedUses", static_cast<std::int64_t>(cache_->Count().uses));
      log_.Write(Level::kWarning, "stopping.unfinished", std::move(members));
    }
    upkeep_.Stop();
  }

 private:
  Program(const ServeOptions& options, rest::Log& log)
      : limits_(options.limits),
        log_(log),
        events_(metrics_, log),
        upstream_(options.service, options.repo,
                  [this](std::string_view operation, std::string_view outcome) {
                    events_.Asked(operation, outcome);
                  }),
        upkeep_(limits_) {}

  const Limits limits_;
  rest::Log& log_;
  const SystemClock clock_;
  Dice dice_;
  rest::Metrics metrics_;
  LoggedEvents events_;
  ServiceUpstream upstream_;
  std::unique_ptr<LeaseCache> cache_;
  std::unique_ptr<Broker> broker_;
  std::unique_ptr<SidecarApi> api_;
  Upkeep upkeep_;  // gone first: its threads use all of the above
};

// The listeners and their servers.
class Doors {
 public:
  Doors(Program& program, const http::ServerOptions& options)
      : program_(program), options_(options) {}

  Status Open(SidecarApi::Door door, UniqueFd listener) {
    http::ServerOptions options = options_;
    options.admits_peer = [this, door](const http::Peer& peer) {
      return program_.api().AdmitsPeer(door, peer);
    };
    ASSIGN_OR_RETURN(auto server,
                     http::HttpServer::Start(std::move(listener), options,
                                             [this, door](const http::ServerRequest& request) {
                                               return program_.api().Answer(door, request);
                                             }));
    servers_.push_back(std::move(server));
    return {};
  }

  // All of them within one time.
  void Close(std::chrono::steady_clock::time_point deadline) {
    for (const auto& server : servers_) server->Stop(LeftUntil(deadline));
  }

 private:
  Program& program_;
  const http::ServerOptions options_;
  std::vector<std::unique_ptr<http::HttpServer>> servers_;
};

std::string UrlOf(const http::HostPort& place, const UniqueFd& listener) {
  const bool is_v6 = place.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + place.host + "]" : place.host;
  return "http://" + host + ":" + std::to_string(http::PortOf(listener));
}

// The sockets, before anything serves them: an error here leaves nothing behind.
struct Sockets {
  std::optional<SocketFile> file;
  UniqueFd unix_listener;
  UniqueFd tcp;
  UniqueFd endpoint;
  UniqueFd status;
  std::string lines;  // what listens where
  std::string endpoint_url;
};

Status ListenOnUnix(ServeOptions& options, const PeerPolicy& peers, rest::Log& log,
                    Sockets& sockets) {
  if (options.activated.valid()) {
    if (!IsUnixListener(options.activated)) {
      return Error(ErrorCode::kInvalidArgument, "socket activation: expected a Unix stream socket");
    }
    sockets.unix_listener = std::move(options.activated);
    sockets.lines += "unix: (from the service manager)\n";
    return {};
  }
  const auto access =
      peers.AdmitsOthers() ? SocketFile::Access::kEveryone : SocketFile::Access::kOwner;
  ASSIGN_OR_RETURN(SocketFile file, SocketFile::Listen(options.socket_path, access));
  const std::string warning = DirectoryWarning(options.socket_path);
  if (!warning.empty()) {
    rest::ObjectBuilder members;
    members.Add("message", warning);
    log.Write(Level::kWarning, "socket.exposed", std::move(members));
  }
  sockets.unix_listener = file.TakeListener();
  sockets.file.emplace(std::move(file));
  sockets.lines += "unix:" + options.socket_path + "\n";
  return {};
}

Result<UniqueFd> ListenOnTcp(const http::HostPort& place, std::string& lines) {
  ASSIGN_OR_RETURN(UniqueFd listener, http::ListenOnTcp(place.host, place.port));
  lines += UrlOf(place, listener) + "\n";
  return listener;
}

Result<Sockets> Listen(ServeOptions& options, const PeerPolicy& peers, rest::Log& log) {
  Sockets sockets;
  RETURN_IF_ERROR(ListenOnUnix(options, peers, log, sockets));
  if (options.tcp) {
    ASSIGN_OR_RETURN(sockets.tcp, ListenOnTcp(*options.tcp, sockets.lines));
  }
  if (options.endpoint) {
    ASSIGN_OR_RETURN(sockets.endpoint, ListenOnTcp(*options.endpoint, sockets.lines));
    sockets.endpoint_url = UrlOf(*options.endpoint, sockets.endpoint) + "/v1/credentials";
  }
  if (options.status) {
    ASSIGN_OR_RETURN(sockets.status, ListenOnTcp(*options.status, sockets.lines));
  }
  return sockets;
}

Status OpenAll(Doors& doors, Sockets& sockets) {
  using Door = SidecarApi::Door;
  RETURN_IF_ERROR(doors.Open(Door::kUnix, std::move(sockets.unix_listener)));
  if (sockets.tcp.valid()) RETURN_IF_ERROR(doors.Open(Door::kTcp, std::move(sockets.tcp)));
  if (sockets.endpoint.valid()) {
    RETURN_IF_ERROR(doors.Open(Door::kEndpoint, std::move(sockets.endpoint)));
  }
  if (sockets.status.valid()) RETURN_IF_ERROR(doors.Open(Door::kStatus, std::move(sockets.status)));
  return {};
}

// Until we are told to stop, or the last job has gone.
void Await(const rest::ServiceSignals& signals, Broker& broker,
           const std::optional<std::chrono::milliseconds>& exit_after) {
  auto busy_at = std::chrono::steady_clock::now();
  std::size_t opened = 0;
  while (signals.AwaitFor(kTick) != rest::ServiceSignals::Wish::kStop) {
    broker.EndExpired();
    const auto now = std::chrono::steady_clock::now();
    if (broker.job_count() > 0 || broker.opened() != opened) busy_at = now;
    opened = broker.opened();
    if (exit_after && opened > 0 && now - busy_at >= *exit_after) return;
  }
}

}  // namespace

Status Serve(ServeOptions options, const rest::ServiceSignals& signals, rest::Log& log,
             const std::function<Status(const std::string& doors)>& listening) {
  Result<PeerPolicy> peers = PeerPolicy::Make(options.more_users);
  if (!peers.ok()) return std::move(peers).error();
  ServiceOptions door;
  door.token_file = options.tcp_token_file;
  if (options.tcp) RETURN_IF_ERROR(ReadToken(door));
  ASSIGN_OR_RETURN(Sockets sockets, Listen(options, *peers, log));
  RaiseDescriptorLimit();  // each connection and each job's lease has one
  rest::ObjectBuilder facts;
  facts.AddBool("memoryLocked", LockMemory());
  ASSIGN_OR_RETURN(const auto program, Program::Make(options, log));
  program->MakeApi({.peers = *std::move(peers),
                    .tcp_token = [&door] { return ReadToken(door); },
                    .endpoint_url = sockets.endpoint_url});
  Doors doors(*program, options.server);
  RETURN_IF_ERROR(OpenAll(doors, sockets));
  log.Write(Level::kInfo, "listening", std::move(facts));
  RETURN_IF_ERROR(listening(sockets.lines));
  Await(signals, program->broker(), options.exit_after_last_job);
  log.Write(Level::kInfo, "stopping");
  const auto begun = std::chrono::steady_clock::now();
  // While we still listen: who comes after us finds the place free, and no file of theirs is ours.
  sockets.file.reset();
  doors.Close(begun + options.grace / 2);
  program->Finish(begun + options.grace);
  log.Write(Level::kInfo, "stopped");
  return {};
}

}  // namespace injector::sidecar
