#pragma once
// Who lends: a credential service, or a sidecar in front of one. Both speak the same grants, at
// different places.

#include <chrono>
#include <memory>
#include <string>

#include "injector/sources/service/service_client.h"

namespace injector {

struct LeaseTimes {
  // Renewals and questions for changes are no closer than this, however short the lease, and
  // whatever the clocks and the answers say.
  std::chrono::milliseconds shortest_pause{1'000};
  // What giving back may take, and renewing what is over by our clock.
  std::chrono::milliseconds farewell{2'000};
  // One question for changes waits for at most this, and, but for a second, never longer than the
  // lease has been held: what a short job leaves waiting at the other side is short.
  std::chrono::seconds longest_wait{25};
  // Between tries while the lender is unavailable: doubled from the first to the longest.
  std::chrono::milliseconds first_retry{200};
  std::chrono::milliseconds longest_retry{5'000};
};

struct Lender {
  std::shared_ptr<const ServiceOptions> service;
  std::string description;  // as Source::Description()
  std::string grants_path;  // a POST there makes a grant
  std::string leases_path;  // in front of a lease's id: "/api/v1/grants/"
  // What a lease is that the lender does not know. A service has ended it; a sidecar may only have
  // been started anew, and grants the same again.
  enum class LostLease { kIsOver, kIsReplaced } lost_lease = LostLease::kIsOver;
  // Whether the good-bye says how often something was masked.
  enum class Farewell { kPlain, kWithMaskedRuns } farewell = Farewell::kPlain;
  LeaseTimes times = {};
};

}  // namespace injector
