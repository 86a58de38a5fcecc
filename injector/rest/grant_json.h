#pragma once
// Grants as servers read and write them: the other side of sources/service/grant.h.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"
#include "injector/rest/json_object.h"
#include "injector/sources/service/grant.h"
#include "injector/sources/source.h"

namespace injector::rest {

// The body of a request for a grant.
struct JobRequest {
  FetchRequest wanted;
  std::string job;  // what the runner calls its job; empty: nothing
};
Result<JobRequest> ReadJobRequest(const Value& body);

// `now` is when the answer goes: it says both when the lease ends and how long that is.
Value ToJson(const JobGrant& grant, TimePoint now);
Value ToJson(const JobRenewal& renewal, TimePoint now);
Value ToJson(const JobChanges& changes);

// Adds `connections` and `variables`, with their values.
void AddThings(ObjectBuilder& json, const std::vector<Connection>& connections,
               const std::vector<Variable>& variables);

}  // namespace injector::rest
