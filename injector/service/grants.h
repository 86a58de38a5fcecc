#pragma once
// Grants: the one way by which secret values leave the service. A runner asks for what a job of one
// of its repos needs, gets all of it or nothing, and holds it by a lease.
//
// What a caller may not have and what nobody has are refused alike (IsNotGranted()).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/service/desk.h"
#include "injector/service/once.h"
#include "injector/service/principal.h"
#include "injector/service/unix_time.h"
#include "injector/sources/source.h"

namespace injector {

struct GrantRequest {
  std::string repo;
  std::vector<ConnectionRequest> connections = {};
  std::vector<VariableRequest> variables = {};
  // Beside those: everything attached that the caller may use.
  enum class Attached { kNone, kAll } attached = Attached::kNone;
  std::string job = {};  // what the runner calls its job; for the log
};

// What is handed out, with its values.
struct GrantedThings {
  std::vector<Connection> connections;
  std::vector<Variable> variables;
};

struct Grant {
  std::string id;
  Secret secret = {};  // proves, with the id, who holds the lease
  TimePoint expires_at;
  std::int64_t revision = 0;  // of the org, to ask for changes after
  GrantedThings things = {};
  // Optional wishes that there is nothing for.
  std::vector<std::string> absent = {};
  std::vector<std::string> absent_variables = {};
};

// How a job proves that it holds a lease.
struct LeaseProof {
  std::string id;
  Secret secret;
};

struct Renewal {
  TimePoint expires_at;
  std::int64_t revision = 0;
  GrantedThings changed;                // those whose version is another than the holder's
  std::vector<ConnectionName> removed;  // no longer the caller's to use; not on the lease any more
};

// What a renewal would say, without values. Names are as they are kept (variable_record.h).
struct GrantChanges {
  struct Changed {
    ConnectionName name;
    std::int64_t version = 0;
  };
  std::int64_t revision = 0;
  std::vector<Changed> changed;
  std::vector<ConnectionName> removed;
};

// Whether `error` says that something asked for is not there for this caller.
bool IsNotGranted(const Error& error);

class Grants {
 public:
  explicit Grants(Desk& desk) : desk_(desk) {}

  // IsNotGranted() when something required is not attached, is out of scope, or does not exist.
  // kConflict when a reference means two connections. kDataLoss, recorded, when what is stored was
  // altered. kInvalidArgument for more connections, or variables, than the limit. With `once`, a
  // repetition gets the lease of the first time, with what it asks for as it is now; kConflict when
  // that lease is over.
  Result<Grant> Create(const Principal& principal, const GrantRequest& request,
                       const std::optional<OnceKey>& once = {});

  // Each of these: kNotFound when the lease is over; the same, but recorded, when it is another's
  // or the secret is not its. Renewing prolongs the lease by its life, up to the longest.
  Result<Renewal> Renew(const Principal& principal, const LeaseProof& proof);
  // Empty, and cheap, when the org's revision is still `after`.
  Result<GrantChanges> ChangesAfter(const Principal& principal, const LeaseProof& proof,
                                    std::int64_t after);
  // Records that jobs have been given things of the lease. kInvalidArgument for one that is not on
  // it, and for more than the limit.
  Status ReportUses(const Principal& principal, const LeaseProof& proof,
                    const std::vector<ConnectionName>& names,
                    const std::optional<OnceKey>& once = {});
  Status Release(const Principal& principal, const LeaseProof& proof);

 private:
  Desk& desk_;
};

}  // namespace injector
