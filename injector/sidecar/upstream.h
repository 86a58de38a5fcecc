#pragma once
// The credential service as the sidecar sees it: what it asks for, and the ways in which that can
// fail. An interface, so that tests can be the service.

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "injector/base/result.h"
#include "injector/sources/service/grant.h"
#include "injector/sources/source.h"

namespace injector::sidecar {

// Why there is no good answer, by what follows from it.
enum class Failure {
  kUnavailable,  // no connection, 5xx, 429, or no answer in time: what is cached stays
  // 401, or our certificate is refused: the service does not know us; nothing that is cached may be
  // given out
  kUnauthorised,
  kRefused,    // 403 and the other refusals: what was asked for is not ours
  kGone,       // 404: the lease is over
  kBadAnswer,  // what came back is no answer of a service
  kOurs,       // we could not ask: the token file, the certificate, trust in the service's
};
// Of an error that an Upstream has returned.
Failure FailureOf(const Error& error);
// For metrics and logs: "unavailable".
std::string_view FailureName(Failure failure);

// How long to try.
struct Patience {
  enum class Tries { kOne, kMany };  // many: with pauses between them
  Tries tries = Tries::kOne;
  std::chrono::steady_clock::time_point deadline = {};  // of all tries and pauses
  std::stop_token stop = {};
};

// Hand-outs that the service is to record, under a key by which it does so once.
struct UseReport {
  ThingNames names;  // one that was handed out twice stands here twice
  std::string key;
};

// Blocking. Any thread, also several at a time. Where the service was unavailable, the error's code
// tells whether it may have done what it was asked: kUnavailable, certainly not (it was not asked,
// or said so); kDeadlineExceeded, nobody knows.
class Upstream {
 public:
  virtual ~Upstream() = default;

  virtual Result<JobGrant> Create(const FetchRequest& wanted, const Patience& patience) = 0;
  // What it hands out it hands out once, and whether it did is unknown when the answer is lost: one
  // try, whatever `patience` says.
  virtual Result<JobRenewal> Renew(const LeaseTicket& ticket, const Patience& patience) = 0;
  // Waits at the service for up to `wait` until there are some.
  virtual Result<JobChanges> Changes(const LeaseTicket& ticket, std::int64_t after,
                                     std::chrono::seconds wait, const Patience& patience) = 0;
  virtual Status ReportUses(const LeaseTicket& ticket, const UseReport& report,
                            const Patience& patience) = 0;
  virtual Status Release(const LeaseTicket& ticket, const Patience& patience) = 0;
};

}  // namespace injector::sidecar
