#pragma once
// Numbers for Prometheus. Labels hold operations and statuses, nothing that people have named. The
// only place that sees prometheus-cpp.
//
// Thread rule: any thread.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace injector::rest {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void RequestBegins();
  // `operation`: of the route; "none" where there is none.
  void RequestEnds(std::string_view operation, int status, std::chrono::duration<double> seconds);
  void LoginRefused();
  void SetWaiting(std::size_t requests);

  // Text exposition format (prometheus.io/docs/instrumenting/exposition_formats).
  std::string Text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace injector::rest
