#pragma once
// Numbers for Prometheus: those of every REST interface, and a program's own. Labels hold
// operations, statuses and outcomes, nothing that people have named. The only place that sees
// prometheus-cpp.
//
// Thread rule: any thread.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace injector::rest {

// Both: cheap to copy; must not outlive the Metrics that made them.
class Counter {
 public:
  void Add(std::size_t more = 1);

 private:
  friend class Metrics;
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  void Set(std::size_t number);

 private:
  friend class Metrics;
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  prometheus::Gauge* gauge_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void RequestBegins();
  // `operation`: of the route; "none" where there is none.
  void RequestEnds(std::string_view operation, int status, std::chrono::duration<double> seconds);

  using Labels = std::vector<std::pair<std::string, std::string>>;
  // `help` is that of the first call with this name.
  Counter AddCounter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge AddGauge(const std::string& name, const std::string& help, const Labels& labels = {});

  // Text exposition format (prometheus.io/docs/instrumenting/exposition_formats).
  std::string Text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace injector::rest
