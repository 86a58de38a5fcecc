#include "injector/http/client/sigpipe_guard.h"

#include <pthread.h>

#include <ctime>

namespace injector::http {
namespace {

sigset_t OnlySigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

bool IsPending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

SigpipeGuard::SigpipeGuard() : was_pending_(IsPending()) {
  const sigset_t only = OnlySigpipe();
  pthread_sigmask(SIG_BLOCK, &only, &before_);
}

SigpipeGuard::~SigpipeGuard() {
  // One that came meanwhile is ours, and goes with us.
  const sigset_t only = OnlySigpipe();
  const timespec at_once{};
  if (!was_pending_ && IsPending()) sigtimedwait(&only, nullptr, &at_once);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace injector::http
