#include "injector/service/stored_connection.h"

#include "injector/crypto/length_prefixed.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"
#include "injector/service/stored_envelope.h"

namespace injector {
namespace {

std::string ContextOf(const StoredConnection& stored) {
  return LengthPrefixed({"connection", stored.org_id, stored.id, stored.name.alias,
                         stored.name.type, stored.is_default ? "1" : "0",
                         std::to_string(stored.version)});
}

std::string VisibleText(const Connection& connection) {
  return std::string(WriteJson(ConnectionToJson(connection, SecretView::kHidden)).Reveal());
}

Error Altered(const StoredConnection& stored) {
  return Error(ErrorCode::kDataLoss,
               "connection " + stored.id + ": the stored data was damaged or altered");
}

}  // namespace

Result<StoredConnection> SealConnection(const KeyRing& ring, const std::string& org_id,
                                        const std::string& id, const Connection& connection) {
  StoredConnection stored{.org_id = org_id,
                          .id = id,
                          .name = connection.name,
                          .is_default = connection.is_default,
                          .version = static_cast<std::int64_t>(connection.version),
                          .visible = VisibleText(connection),
                          .envelope = {}};
  const Secret content = WriteJson(ConnectionContent(connection));
  ASSIGN_OR_RETURN(stored.envelope, SealEnvelope(ring, content.Reveal(), ContextOf(stored)));
  return stored;
}

Result<Connection> OpenConnection(const KeyRing& ring, const StoredConnection& stored) {
  // No key of ours has written that: it is not one that is merely away.
  if (stored.envelope.ciphertext.empty()) return Altered(stored);
  const Result<Secret> content = OpenEnvelope(ring, stored.envelope, ContextOf(stored));
  if (!content.ok()) {
    if (content.error().code() == ErrorCode::kDataLoss) return Altered(stored);
    return Error(content.error()).WithContext("connection " + stored.id);
  }
  const Result<Value> json = ParseJson(content->Reveal());
  if (!json.ok()) return Altered(stored);
  Result<Connection> connection = ConnectionFromContent(stored.name, *json);
  if (!connection.ok()) return Altered(stored);
  connection->is_default = stored.is_default;
  connection->version = static_cast<std::uint64_t>(stored.version);
  if (VisibleText(*connection) != stored.visible) return Altered(stored);
  return connection;
}

Result<Envelope> RewrapConnection(const KeyRing& ring, const StoredConnection& stored) {
  return RewrapEnvelope(ring, stored.envelope, ContextOf(stored));
}

StoredConnection ReadStoredConnection(const SqlRow& row) {
  return StoredConnection{.org_id = row.Text(0),
                          .id = row.Text(1),
                          .name = {.type = row.Text(2), .alias = row.Text(3)},
                          .is_default = row.Integer(4) != 0,
                          .version = row.Integer(5),
                          .visible = row.Text(6),
                          .envelope = ReadEnvelope(row, 7)};
}

Result<StoredConnection> ReadCurrentVersion(SqlSession& session, const std::string& org_id,
                                            const std::string& id) {
  ASSIGN_OR_RETURN(
      const auto rows,
      session.QueryKept(std::string("SELECT ") + kCurrentVersionColumns +
                            " FROM service_connections c LEFT JOIN connection_versions v "
                            "ON v.connection_id = c.id AND v.version = c.version "
                            "WHERE c.org_id = :1 AND c.id = :2",
                        {org_id, id}));
  if (rows->empty()) return Error(ErrorCode::kNotFound, "connection: not found");
  return ReadStoredConnection(rows->front());
}

Result<StoredConnection> ReadVersion(SqlSession& session, const std::string& org_id,
                                     const std::string& id, std::int64_t version) {
  ASSIGN_OR_RETURN(const SqlRow row,
                   session.QueryOne(std::string("SELECT ") + kAnyVersionColumns +
                                        " FROM service_connections c JOIN connection_versions v "
                                        "ON v.connection_id = c.id "
                                        "WHERE c.org_id = :1 AND c.id = :2 AND v.version = :3",
                                    {org_id, id, version}, "version"));
  return ReadStoredConnection(row);
}

Status InsertVersion(SqlSession& session, const StoredConnection& stored, const std::string& actor,
                     std::int64_t now) {
  const Envelope& envelope = stored.envelope;
  RETURN_IF_ERROR(session.Execute(
      "INSERT INTO connection_versions (connection_id, version, is_default, visible, key_id, "
      "data_key_id, wrapped_key, config_encrypted, created_by, created_at) "
      "VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10)",
      {stored.id, stored.version, std::int64_t{stored.is_default}, stored.visible, envelope.key_id,
       envelope.data_key_id, EncodeColumn(envelope.wrapped_key), EncodeColumn(envelope.ciphertext),
       actor, now}));
  return {};
}

}  // namespace injector
