#pragma once
// A grant as a job asks for it and the service answers it: the JSON of
// `POST /api/v1/repos/{repo}/grants` and of renewals.

#include <chrono>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"
#include "injector/sources/source.h"

namespace injector {

// What proves that a lease is ours, and how long it lasts.
struct LeaseTicket {
  std::string id;
  Secret secret;
  std::chrono::sys_seconds expires_at;
};

struct JobGrant {
  LeaseTicket ticket;
  // Not in the order of the request, and each once.
  std::vector<Connection> connections;
  std::vector<Variable> variables;
};

Value GrantRequestToJson(const FetchRequest& request);

// Both: kDataLoss for anything that a service does not answer; members that are not known are
// passed over, for services may be newer.
Result<JobGrant> ParseGrant(const Value& json);
Result<std::chrono::sys_seconds> ParseRenewal(const Value& json);

}  // namespace injector
