#include "injector/rest/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace injector::rest {
namespace {

const prometheus::Histogram::BucketBoundaries& Boundaries() {
  static const prometheus::Histogram::BucketBoundaries seconds = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return seconds;
}

}  // namespace

struct Metrics::Families {
  // Merge: a name that is asked for again is the same family.
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("injector_http_requests_total")
          .Help("Requests answered, by operation and status.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("injector_http_request_duration_seconds")
          .Help("Time from a request's last byte to its answer, by operation.")
          .Register(registry);
  prometheus::Gauge& in_flight = prometheus::BuildGauge()
                                     .Name("injector_http_requests_in_flight")
                                     .Help("Requests under way.")
                                     .Register(registry)
                                     .Add({});
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::RequestBegins() { families_->in_flight.Increment(); }

void Metrics::RequestEnds(std::string_view operation, int status,
                          std::chrono::duration<double> seconds) {
  families_->in_flight.Decrement();
  const std::string name(operation);
  families_->requests.Add({{"operation", name}, {"status", std::to_string(status)}}).Increment();
  families_->durations.Add({{"operation", name}}, Boundaries()).Observe(seconds.count());
}

Counter Metrics::AddCounter(const std::string& name, const std::string& help,
                            const Labels& labels) {
  prometheus::Family<prometheus::Counter>& family =
      prometheus::BuildCounter().Name(name).Help(help).Register(families_->registry);
  return Counter(family.Add({labels.begin(), labels.end()}));
}

Gauge Metrics::AddGauge(const std::string& name, const std::string& help, const Labels& labels) {
  prometheus::Family<prometheus::Gauge>& family =
      prometheus::BuildGauge().Name(name).Help(help).Register(families_->registry);
  return Gauge(family.Add({labels.begin(), labels.end()}));
}

void Counter::Add(std::size_t more) { counter_->Increment(static_cast<double>(more)); }
void Gauge::Set(std::size_t number) { gauge_->Set(static_cast<double>(number)); }

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace injector::rest
