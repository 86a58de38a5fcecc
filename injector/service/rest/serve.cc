#include "injector/service/rest/serve.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/process_limits.h"
#include "injector/model/upkeep.h"
#include "injector/service/housekeeping.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

// How many connections need somebody; which, the log and the list say.
class DueGauges {
 public:
  explicit DueGauges(Metrics& metrics)
      : soon_(Add(metrics, UpkeepState::kDueSoon)),
        overdue_(Add(metrics, UpkeepState::kOverdue)),
        expired_(Add(metrics, UpkeepState::kExpired)) {}

  void Set(const DueCounts& counts) {
    soon_.Set(counts.due_soon);
    overdue_.Set(counts.overdue);
    expired_.Set(counts.expired);
  }

 private:
  static Gauge Add(Metrics& metrics, UpkeepState state) {
    return metrics.AddGauge("injector_connections_due",
                            "Connections whose secrets are to be replaced, or end.",
                            {{"state", std::string(UpkeepStateName(state))}});
  }

  Gauge soon_;
  Gauge overdue_;
  Gauge expired_;
};

// What becomes of the events for one receiver, counted and said.
EventSender::Observer ObserverOf(Metrics& metrics, Log& log, const std::string& kind) {
  const auto counter = [&](const char* outcome) {
    return metrics.AddCounter("injector_events_total", "Events for others, by what became of them.",
                              {{"receiver", kind}, {"outcome", outcome}});
  };
  const auto count = [](Counter one) { return [one]() mutable { one.Add(); }; };
  return {.delivered = count(counter("delivered")),
          .lost = count(counter("lost")),
          .failed = [&log, failed = counter("failed")](const Error& error) mutable {
            failed.Add();
            log.Write(Log::Level::kWarning, "events.failed", error);
          }};
}

std::vector<std::unique_ptr<EventSender>> StartSenders(Desk& desk, Metrics& metrics, Log& log,
                                                       const ServeOptions& options,
                                                       std::vector<NamedReceiver> receivers) {
  std::vector<std::unique_ptr<EventSender>> senders;
  for (NamedReceiver& named : receivers) {
    senders.push_back(std::make_unique<EventSender>(desk, std::move(named.receiver),
                                                    options.event_sender,
                                                    ObserverOf(metrics, log, named.kind)));
  }
  return senders;
}

// Each by itself: what is wrong with one file keeps no other from being used.
void Reload(http::HttpServer& server, const ServeOptions& options, Log& log) {
  const Status reloads[] = {server.ReloadTls(), options.reload ? options.reload() : Status()};
  bool all = true;
  for (const Status& reloaded : reloads) {
    if (reloaded.ok()) continue;
    all = false;
    log.Write(Log::Level::kError, "reload failed", reloaded.error());
  }
  if (all) log.Write(Log::Level::kInfo, "reloaded");
}

}  // namespace

Status Serve(Desk& desk, const ServiceSignals& signals, Log& log, const ServeOptions& options,
             const std::function<Status(int port)>& listening) {
  const bool locked = LockMemory();
  ASSIGN_OR_RETURN(std::vector<NamedReceiver> receivers,
                   OpenReceivers(options.events, desk.clock()));
  RestApi api(desk, log, options.api);
  const auto complain =
      [&log, missing = DataFailures(api.metrics(), "key_missing")](const Error& error) mutable {
        // Of the keys, which it looks after: the database's is none that this program was given.
        if (error.code() == ErrorCode::kFailedPrecondition) missing.Add();
        log.Write(Log::Level::kError, "housekeeping.failed", error);
      };
  DueGauges due(api.metrics());
  const Housekeeper housekeeper(desk, {}, complain,
                                [&due](const DueCounts& counts) { due.Set(counts); });
  const auto senders = StartSenders(desk, api.metrics(), log, options, std::move(receivers));
  ASSIGN_OR_RETURN(UniqueFd listener, http::ListenOnTcp(options.listen.host, options.listen.port));
  ASSIGN_OR_RETURN(const auto server,
                   http::HttpServer::Start(
                       std::move(listener), options.server,
                       [&api](const http::ServerRequest& request) { return api.Answer(request); }));
  ObjectBuilder where;
  where.Add("host", options.listen.host).Add("port", std::int64_t{server->port()});
  where.AddBool("tls", options.server.tls.has_value()).AddBool("memoryLocked", locked);
  log.Write(Log::Level::kInfo, "listening", std::move(where));
  RETURN_IF_ERROR(listening(server->port()));
  while (signals.Await() == ServiceSignals::Wish::kReload) Reload(*server, options, log);
  log.Write(Log::Level::kInfo, "stopping");
  server->Stop(options.grace);
  log.Write(Log::Level::kInfo, "stopped");
  return {};
}

}  // namespace injector::rest
