#pragma once
// Brings failed logins into the log that no further failure of their source would have brought
// there: a minute after the last report of that source, and all that are left at the end.

#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

#include "injector/base/error.h"
#include "injector/service/login.h"

namespace injector {

class FailureReporter {
 public:
  // Is told when the log cannot be written.
  using Complain = std::function<void(const Error&)>;

  static constexpr std::chrono::milliseconds kInterval{10'000};

  // `login` must outlive it.
  FailureReporter(Login& login, Complain complain, std::chrono::milliseconds interval = kInterval);
  // Reports what is left.
  ~FailureReporter();

 private:
  void Work(const std::stop_token& stopping);
  void Report(FailureReport::Which which);

  Login& login_;
  const Complain complain_;
  const std::chrono::milliseconds interval_;
  std::jthread thread_;
};

}  // namespace injector
