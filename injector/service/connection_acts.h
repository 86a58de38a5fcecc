#pragma once
// What can be done to a connection within an act; variables are kept alike (variable_record.h).
// Each records what it has done: as `intent` says, for the connection at hand.

#include <functional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/service/connection_view.h"
#include "injector/service/desk.h"
#include "injector/service/stored_connection.h"

namespace injector {

enum class DeleteMode {
  kUnused,  // kConflict, listing the repos, when it is attached or leased
  kForce,   // detaches and revokes leases first, each recorded
};

// The current version. kNotFound when the org has none of that kind and id; kFailedPrecondition
// when it is not `expected_version`.
Result<StoredConnection> ReadForChange(Act& act, RecordKind kind, const std::string& id,
                                       std::optional<std::int64_t> expected_version);

// `stored`, decrypted. kDataLoss, recorded, when it was altered; kUnavailable when its master key
// is not at hand.
Result<Connection> OpenRecorded(Act& act, const StoredConnection& stored, const Intent& intent);

// Adds it as version 1; its id. kAlreadyExists when the org has that name, whatever the type;
// kConflict when it is to be the default of a type that has one.
Result<std::string> InsertRecord(Act& act, Connection connection, const Intent& intent);

// What InsertRecord() has made, in this act or an earlier one: MadeIsGone() when it was deleted
// since.
Result<ConnectionView> MadeView(Act& act, RecordKind kind, const std::string& id);

// The paths of what is secret in `old` and not in `changed`, which has it still.
std::vector<std::string> MadeVisible(const Connection& old, const Connection& changed);

// Makes a new version by `change`, unless that changes nothing; records what MadeVisible(). Errors
// as InsertRecord(), those of OpenRecorded(), and those of `change`.
using Change = std::function<Result<Connection>(const Connection& old)>;
Status ReviseRecord(Act& act, const StoredConnection& before, const Change& change,
                    const Intent& intent);

// `connection` as a row of `id`, under the key that is active now. kUnavailable when that is not
// among ours.
Result<StoredConnection> Seal(Act& act, const std::string& id, const Connection& connection);

// Whether a secret of `now` is not what stood in its place in `before`.
bool HasNewSecret(const Connection& before, const Connection& now);

// With all its versions.
Status DeleteRecord(Act& act, const StoredConnection& stored, DeleteMode mode,
                    const Intent& intent);

}  // namespace injector
