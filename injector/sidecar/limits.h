#pragma once
// The numbers of the sidecar: what it does when nobody says otherwise. Each is an option of
// `injector sidecar`.

#include <chrono>
#include <cstddef>

namespace injector::sidecar {

struct Limits {
  using Time = std::chrono::milliseconds;

  // A new job is given what is cached only if the service has confirmed it so recently.
  Time freshness = std::chrono::seconds(5);
  // Of a job's lease, from the last time that it was used.
  Time lease_life = std::chrono::minutes(15);
  // How long a lease outlives the one process that has held it, when we can see that it is gone.
  Time dead_job_grace = std::chrono::seconds(30);
  // How long one question for changes waits at the service, which takes 25 s at most.
  Time poll_wait = std::chrono::seconds(25);
  // For a job's first fetch, with all its tries; less than jobs themselves wait (30 s), so that
  // they hear why.
  Time fetch_time = std::chrono::seconds(20);
  // For the question whether what is cached still holds: a job waits for it.
  Time check_time = std::chrono::seconds(2);
  // For each other request to the service.
  Time try_time = std::chrono::seconds(10);
  // How long a credential endpoint waits for the job's shim to have masked the value.
  Time mask_wait = std::chrono::seconds(5);
  // How late hand-outs are reported to the service, so that many go together.
  Time use_delay = std::chrono::milliseconds(500);
  // How long what no job uses any more is kept.
  Time linger = Time(0);
  // What a credential endpoint says of credentials that say nothing of their end: SDKs ask again
  // when it comes near. botocore does from 15 minutes before, so this makes it ask once a minute.
  Time credential_life = std::chrono::minutes(16);

  // Pauses while the service is unavailable double from the first to the longest, each drawn from
  // [half, whole]; after a refusal they are as long as the last.
  Time first_pause = std::chrono::milliseconds(200);
  Time longest_pause = std::chrono::seconds(5);
  Time refused_pause = std::chrono::seconds(30);
  // Renewals are no closer than this, however short the lease; nor are questions for changes,
  // however soon they are answered.
  Time shortest_renewal = std::chrono::seconds(1);

  std::size_t job_leases = 10'000;
  std::size_t shared_leases = 256;  // each holds a thread, and a connection to the service
  std::size_t waits = 768;          // requests that wait for changes; each holds a thread
};

}  // namespace injector::sidecar
