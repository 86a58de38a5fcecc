#include "injector/rest/service_signals.h"

namespace injector::rest {
namespace {

ServiceSignals::Wish Meaning(int signal) {
  return signal == SIGHUP ? ServiceSignals::Wish::kReload : ServiceSignals::Wish::kStop;
}

}  // namespace

ServiceSignals::ServiceSignals() {
  ::sigemptyset(&signals_);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) ::sigaddset(&signals_, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

ServiceSignals::Wish ServiceSignals::Await() const {
  int signal = 0;
  ::sigwait(&signals_, &signal);
  return Meaning(signal);
}

std::optional<ServiceSignals::Wish> ServiceSignals::AwaitFor(std::chrono::milliseconds most) const {
  constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(most);
  const timespec limit{.tv_sec = seconds.count(),
                       .tv_nsec = (most - seconds).count() * kNanosecondsPerMillisecond};
  const int signal = ::sigtimedwait(&signals_, nullptr, &limit);
  if (signal < 0) return std::nullopt;  // EAGAIN: the time is over; EINTR: soon asked again
  return Meaning(signal);
}

}  // namespace injector::rest
