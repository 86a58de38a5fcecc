#include "injector/sidecar/cache_events.h"

#include <string>
#include <utility>

#include "injector/sidecar/upstream.h"

namespace injector::sidecar {

LoggedEvents::LoggedEvents(rest::Metrics& metrics, rest::Log& log)
    : metrics_(metrics),
      log_(log),
      emptied_(
          metrics.AddCounter("injector_sidecar_emptied_total",
                             "Times that what was cached was given up at the service's word.")),
      changes_(metrics.AddCounter("injector_sidecar_changes_total",
                                  "Renewals that brought other values.")),
      reported_(metrics.AddCounter("injector_sidecar_uses_reported_total",
                                   "Hand-outs that the service has on record.")),
      lost_(metrics.AddCounter("injector_sidecar_uses_lost_total",
                               "Hand-outs that the service would not record.")) {}

void LoggedEvents::Asked(std::string_view operation, std::string_view outcome) {
  rest::Counter counter = metrics_.AddCounter(
      "injector_sidecar_service_requests_total", "Requests to the service, by how they ended.",
      {{"operation", std::string(operation)}, {"outcome", std::string(outcome)}});
  counter.Add();
}

void LoggedEvents::Failed(std::string_view operation, const Error& error) {
  rest::ObjectBuilder members;
  members.Add("operation", operation).Add("category", FailureName(FailureOf(error)));
  members.Add("message", error.message());
  if (!error.hint().empty()) members.Add("hint", error.hint());
  log_.Write(rest::Log::Level::kWarning, "service.failed", std::move(members));
}

void LoggedEvents::Emptied() {
  emptied_.Add();
  log_.Write(rest::Log::Level::kWarning, "cache.emptied");
}

void LoggedEvents::Changed() {
  changes_.Add();
  log_.Write(rest::Log::Level::kInfo, "values.changed");
}

void LoggedEvents::UsesReported(std::size_t uses) { reported_.Add(uses); }

void LoggedEvents::UsesLost(std::size_t uses) {
  lost_.Add(uses);
  rest::ObjectBuilder members;
  members.Add("uses", static_cast<std::int64_t>(uses));
  log_.Write(rest::Log::Level::kError, "uses.lost", std::move(members));
}

}  // namespace injector::sidecar
