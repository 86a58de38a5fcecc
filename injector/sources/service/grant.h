#pragma once
// A grant as a job asks for it and the service answers it: the JSON of
// `POST /api/v1/repos/{repo}/grants` and of renewals.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"
#include "injector/sources/lease.h"
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
  std::int64_t revision = 0;  // to ask for changes after; 0: the service does not count
  // Not in the order of the request, and each once.
  std::vector<Connection> connections;
  std::vector<Variable> variables;
  // Optional wishes that there is nothing for.
  std::vector<std::string> absent = {};
  std::vector<std::string> absent_variables = {};
  // Of a sidecar that has one for tools that fetch by themselves.
  std::optional<CredentialEndpoint> endpoint = {};
};

struct ThingNames {
  std::vector<ConnectionName> connections = {};
  std::vector<std::string> variables = {};  // keys

  bool empty() const { return connections.empty() && variables.empty(); }
};

struct ThingVersions {
  struct OfConnection {
    ConnectionName name;
    std::uint64_t version = 0;
  };
  struct OfVariable {
    std::string key;
    std::uint64_t version = 0;
  };
  std::vector<OfConnection> connections = {};
  std::vector<OfVariable> variables = {};

  bool empty() const { return connections.empty() && variables.empty(); }
};

struct JobRenewal {
  std::chrono::sys_seconds expires_at;
  std::int64_t revision = 0;
  // What has another version than the holder was given; no longer the holder's to use.
  std::vector<Connection> connections = {};
  std::vector<Variable> variables = {};
  ThingNames removed = {};
};

// What a renewal would say, without values.
struct JobChanges {
  std::int64_t revision = 0;
  ThingVersions changed = {};
  ThingNames removed = {};

  bool empty() const { return changed.empty() && removed.empty(); }
};

Value GrantRequestToJson(const FetchRequest& request);

using SystemTime = std::chrono::system_clock::time_point;

// All of these: kDataLoss for anything that a service does not answer; members that are not known
// are passed over, for services may be newer.
// `now`, by our clock, is when the answer came: ends are by the same clock.
Result<JobGrant> ParseGrant(const Value& json, SystemTime now);
Result<JobRenewal> ParseRenewal(const Value& json, SystemTime now);
Result<JobChanges> ParseChanges(const Value& json);

}  // namespace injector
