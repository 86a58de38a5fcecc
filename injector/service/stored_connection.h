#pragma once
// A connection as the database keeps it. The whole of it is in the ciphertext; what stands beside
// is for lists and lookups, and is believed by nobody who hands out values: opening compares it.

#include <cstdint>
#include <string>

#include "injector/base/result.h"
#include "injector/crypto/envelope.h"
#include "injector/model/connection.h"
#include "injector/service/store/sql_session.h"

namespace injector {

struct StoredConnection {
  std::string org_id;
  std::string id;
  ConnectionName name;
  bool is_default = false;
  std::int64_t version = 0;
  std::string visible;  // JSON: ConnectionToJson(…, kHidden)
  Envelope envelope;
};

// Requires: connection.version is set.
Result<StoredConnection> SealConnection(const KeyRing& ring, const std::string& org_id,
                                        const std::string& id, const Connection& connection);

// kDataLoss when any column is not what SealConnection() has put there, or the row stands in
// another one's place; kFailedPrecondition when the ring lacks its master key.
Result<Connection> OpenConnection(const KeyRing& ring, const StoredConnection& stored);

// The row's data key wrapped by the ring's active key. Errors as OpenConnection().
Result<Envelope> RewrapConnection(const KeyRing& ring, const StoredConnection& stored);

// What ReadStoredConnection() expects, from service_connections AS c and connection_versions AS v.
// Which one of a type is the default, jobs are told by the flag in c: for the current version it is
// that one which must fit the ciphertext.
inline constexpr const char* kCurrentVersionColumns =
    "c.org_id, c.id, c.type, c.name, c.is_default, c.version, v.visible, v.key_id, v.data_key_id, "
    "v.wrapped_key, v.config_encrypted";
inline constexpr const char* kAnyVersionColumns =
    "c.org_id, c.id, c.type, c.name, v.is_default, v.version, v.visible, v.key_id, v.data_key_id, "
    "v.wrapped_key, v.config_encrypted";

StoredConnection ReadStoredConnection(const SqlRow& row);

// The current version; with an empty envelope, which does not open, when somebody has deleted its
// row. kNotFound when the org has no such connection.
Result<StoredConnection> ReadCurrentVersion(SqlSession& session, const std::string& org_id,
                                            const std::string& id);

// Any version. kNotFound when there is none.
Result<StoredConnection> ReadVersion(SqlSession& session, const std::string& org_id,
                                     const std::string& id, std::int64_t version);

// Adds the version to connection_versions.
Status InsertVersion(SqlSession& session, const StoredConnection& stored, const std::string& actor,
                     std::int64_t now);

}  // namespace injector
