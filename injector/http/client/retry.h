#pragma once
// Asking again while the other side is unavailable, within one deadline.

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>

#include "injector/base/clock.h"
#include "injector/http/client/client.h"

namespace injector::http {

struct RetryPolicy {
  // No request begins after it, and none lasts beyond it.
  std::chrono::steady_clock::time_point deadline;
  // The pause doubles from the first to the longest; each is drawn from [half, whole] of that, so
  // that many clients of a server that comes back do not come all at once.
  std::chrono::milliseconds first_pause{200};
  std::chrono::milliseconds longest_pause{5'000};
  // After so many tries the last outcome comes back, whatever it is.
  std::size_t most_tries = std::numeric_limits<std::size_t>::max();
};

// What retrying needs of the world, so that tests need none of it.
struct RetryWorld {
  const Clock& clock;
  std::function<void(std::chrono::milliseconds)> pause;
  // Uniform in [0, 1).
  std::function<double()> random;
};

// Sends until the answer is final: an error or a status that CheckStatus() calls unavailable is
// tried again, after the pause of the policy or the longer one of Retry-After (RFC 9110, section
// 10.2.3). kDeadlineExceeded, with the last failure as its message, when the next try would begin
// after the deadline. Every other answer, and every other error, comes back at once.
Result<ClientResponse> SendWithRetries(Client& client, const ClientRequest& request,
                                       const RetryPolicy& policy, const RetryWorld& world);

// The pause that an answer asks for: seconds, or a date. nullopt when it says nothing that can be
// understood.
std::optional<std::chrono::milliseconds> RetryAfter(const ClientResponse& response,
                                                    std::chrono::system_clock::time_point now);

}  // namespace injector::http
