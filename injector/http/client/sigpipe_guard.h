#pragma once
// Keeps SIGPIPE from this thread while OpenSSL writes to a socket that the other side has closed
// (OpenSSL offers no MSG_NOSIGNAL, and libcurl leaves the signal to its caller).

#include <csignal>

namespace injector::http {

class SigpipeGuard {
 public:
  SigpipeGuard();
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace injector::http
