#pragma once
// Connections as admins keep them and developers see them. Nothing here gives out a secret value:
// only a grant does (grants.h).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"
#include "injector/service/desk.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"
#include "injector/service/unix_time.h"

namespace injector {

// A connection, or one version of it, without its secrets.
struct ConnectionView {
  std::string id;
  ConnectionName name;
  std::int64_t version = 0;  // the ETag
  Value shown;               // ConnectionToJson(…, kHidden): as stored, not decrypted
  std::string created_by;    // of the connection
  TimePoint created_at;
  std::string changed_by;  // of this version
  TimePoint changed_at;
};

enum class DeleteMode {
  kUnused,  // kConflict, listing the repos, when it is attached or leased
  kForce,   // detaches and revokes leases first, each recorded
};

class Connections {
 public:
  explicit Connections(Desk& desk) : desk_(desk) {}

  // `body` is a given shape (connection_json.h) with a name and a type. kInvalidArgument for what
  // ParseConnectionInput() or CheckConnection() refuses;
  // kAlreadyExists when the org has that name, whatever the type; kConflict when it is to be the
  // default of a type that has one.
  Result<ConnectionView> Create(const Principal& principal, const Value& body);

  Result<ConnectionView> Get(const Principal& principal, const std::string& id);
  // By name. `name` picks the one of that name.
  Result<Page<ConnectionView>> List(const Principal& principal, const PageRequest& page,
                                    const std::string& name = {});
  // Newest first; a page goes on after a version.
  Result<Page<ConnectionView>> Versions(const Principal& principal, const std::string& id,
                                        const PageRequest& page);

  // Makes a new version that differs in what `patch` says (a merge patch: null removes a field; a
  // field's value is replaced whole). Name and type cannot change. kFailedPrecondition when the
  // version is not `expected_version` any more; other errors as Create(). A patch that changes
  // nothing makes no version.
  Result<ConnectionView> Patch(const Principal& principal, const std::string& id,
                               std::int64_t expected_version, const Value& patch);

  // Makes a new version with the content of `version`; whether it is the default stays as it is.
  // kNotFound when there is no such version; kDataLoss, recorded, when it was altered; other errors
  // as Patch().
  Result<ConnectionView> RollBack(const Principal& principal, const std::string& id,
                                  std::int64_t expected_version, std::int64_t version);

  // With all its versions. kFailedPrecondition as Patch() when a version is given.
  Status Delete(const Principal& principal, const std::string& id, DeleteMode mode,
                std::optional<std::int64_t> expected_version = {});

 private:
  Desk& desk_;
};

}  // namespace injector
