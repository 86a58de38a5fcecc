#include "injector/service/failure_reporter.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace injector {

FailureReporter::FailureReporter(Login& login, Complain complain,
                                 std::chrono::milliseconds interval)
    : login_(login),
      complain_(std::move(complain)),
      interval_(interval),
      thread_([this](const std::stop_token& stopping) { Work(stopping); }) {}

FailureReporter::~FailureReporter() {
  thread_.request_stop();
  thread_.join();
  Report(FailureReport::Which::kAll);
}

void FailureReporter::Work(const std::stop_token& stopping) {
  std::mutex mutex;
  std::condition_variable_any stop;
  std::unique_lock lock(mutex);
  while (!stop.wait_for(lock, stopping, interval_, [&] { return stopping.stop_requested(); })) {
    Report(FailureReport::Which::kOfAMinuteAgo);
  }
}

void FailureReporter::Report(FailureReport::Which which) {
  const Status reported = login_.ReportFailures(which);
  if (!reported.ok()) complain_(reported.error());
}

}  // namespace injector
