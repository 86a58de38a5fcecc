#pragma once
// HUP, INT and TERM, waited for instead of handled.

#include <chrono>
#include <csignal>
#include <optional>

namespace injector::rest {

class ServiceSignals {
 public:
  enum class Wish { kReload, kStop };

  // Requires: no other thread runs yet, so that all that follow have the signals blocked.
  ServiceSignals();
  // Blocking.
  Wish Await() const;
  // The same, for so long; nullopt when none came.
  std::optional<Wish> AwaitFor(std::chrono::milliseconds most) const;

 private:
  sigset_t signals_;
};

}  // namespace injector::rest
