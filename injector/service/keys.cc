#include "injector/service/keys.h"

#include <optional>
#include <utility>

#include "injector/base/base64.h"
#include "injector/crypto/random.h"
#include "injector/crypto/scrypt.h"
#include "injector/service/stored_envelope.h"
#include "injector/service/unix_time.h"

namespace injector {
namespace {

constexpr std::size_t kSaltSize = 32;

// A row of master_keys: which key, and how a passphrase becomes it.
struct KeyRecord {
  std::string id;
  std::string salt;  // empty for a raw key
  ScryptCost cost;
};

Result<std::vector<KeyRecord>> ReadRecords(SqlSession& session, std::string_view state) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT key_id, salt, log2_n, r, p FROM master_keys "
                                 "WHERE state = :1 ORDER BY key_id",
                                 {state}));
  std::vector<KeyRecord> records;
  for (const SqlRow& row : rows) {
    KeyRecord record{.id = row.Text(0), .salt = {}, .cost = {}};
    if (!row.IsNull(1)) {
      const Secret salt = Base64Decode(row.Text(1)).value_or(Secret());
      record.salt = salt.Reveal();
      record.cost = {.log2_n = static_cast<std::uint32_t>(row.Integer(2)),
                     .r = static_cast<std::uint32_t>(row.Integer(3)),
                     .p = static_cast<std::uint32_t>(row.Integer(4))};
    }
    records.push_back(std::move(record));
  }
  return records;
}

// A raw key is itself; a passphrase becomes a key by the record's salt.
Result<MasterKey> Derive(const KeyText& text, const KeyRecord& record) {
  if (record.salt.empty()) {
    if (text.raw_key() != nullptr) return MasterKey::Create(*text.raw_key());
    return Error(ErrorCode::kFailedPrecondition,
                 "wrong key: the database needs the one with fingerprint " + record.id +
                     ", got a passphrase");
  }
  RETURN_IF_ERROR(CheckScryptCost(record.cost));
  ASSIGN_OR_RETURN(const Secret key,
                   Scrypt(text.text(), record.salt, record.cost, KeyText::kRawKeySize));
  return MasterKey::Create(key);
}

Result<MasterKey> DeriveChecked(const KeyText& text, const KeyRecord& record) {
  ASSIGN_OR_RETURN(MasterKey key, Derive(text, record));
  if (key.id() == record.id) return key;
  return Error(
      ErrorCode::kFailedPrecondition,
      "wrong key: the database needs the one with fingerprint " + record.id + ", got " + key.id());
}

// The one of `texts` that is the key of `record`; the error is that of the first.
Result<MasterKey> FindKey(const std::vector<KeyText>& texts, const KeyRecord& record) {
  Result<MasterKey> first = DeriveChecked(texts.front(), record);
  if (first.ok()) return first;
  for (std::size_t i = 1; i < texts.size(); ++i) {
    Result<MasterKey> key = DeriveChecked(texts[i], record);
    if (key.ok()) return key;
  }
  return first;
}

Error MissingKey(const KeyRecord& record) {
  return {ErrorCode::kFailedPrecondition,
          "a key is missing: a rotation is under way, and the key with fingerprint " + record.id +
              " is still needed"};
}

// The first of `texts` becomes the active key of a database that has none.
Result<KeyRing> OpenRing(SqlSession& session, const std::vector<KeyText>& texts, TimePoint now) {
  ASSIGN_OR_RETURN(const std::vector<KeyRecord> active, ReadRecords(session, "active"));
  if (active.empty()) {
    ASSIGN_OR_RETURN(MasterKey first, InsertActiveKey(session, texts.front(), now));
    return KeyRing(std::move(first));
  }
  ASSIGN_OR_RETURN(MasterKey key, FindKey(texts, active.front()));
  KeyRing ring(std::move(key));
  ASSIGN_OR_RETURN(const std::vector<KeyRecord> older, ReadRecords(session, "previous"));
  for (const KeyRecord& record : older) {
    Result<MasterKey> found = FindKey(texts, record);
    if (!found.ok()) return MissingKey(record);
    ring.AddPrevious(*std::move(found));
  }
  return ring;
}

// Whether anything is wrapped by the key.
Result<bool> Wraps(SqlSession& session, const std::string& key_id) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT 1 FROM orgs WHERE key_id = :1 UNION ALL "
                                 "SELECT 1 FROM connection_versions WHERE key_id = :2 LIMIT 1",
                                 {key_id, key_id}));
  return !rows.empty();
}

}  // namespace

Result<MasterKey> InsertActiveKey(SqlSession& session, const KeyText& text, TimePoint now) {
  KeyRecord record;
  if (text.raw_key() == nullptr) {
    ASSIGN_OR_RETURN(const Secret salt, RandomBytes(kSaltSize));
    record.salt = salt.Reveal();
  }
  ASSIGN_OR_RETURN(MasterKey key, Derive(text, record));
  const bool raw = record.salt.empty();
  const auto cost = [&](std::uint32_t number) -> SqlParameter {
    return raw ? SqlParameter(std::nullopt) : SqlParameter(std::int64_t{number});
  };
  RETURN_IF_ERROR(session.Execute(
      "INSERT INTO master_keys (key_id, state, salt, log2_n, r, p, created_at) "
      "VALUES (:1, 'active', :2, :3, :4, :5, :6)",
      {key.id(), raw ? SqlParameter(std::nullopt) : SqlParameter(EncodeColumn(record.salt)),
       cost(record.cost.log2_n), cost(record.cost.r), cost(record.cost.p), ToUnixSeconds(now)}));
  return key;
}

Result<std::vector<KeyHistory>> ReadKeyHistory(SqlSession& session) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      session.Query("SELECT k.key_id, k.state, k.created_at, k.retired_at, "
                    "(SELECT count(*) FROM orgs o WHERE o.key_id = k.key_id) + "
                    "(SELECT count(*) FROM connection_versions v WHERE v.key_id = k.key_id) "
                    "FROM master_keys k ORDER BY k.created_at DESC, k.key_id",
                    {}));
  std::vector<KeyHistory> history;
  for (const SqlRow& row : rows) {
    KeyHistory key{.id = row.Text(0),
                   .state = row.Text(1),
                   .created_at = FromUnixSeconds(row.Integer(2)),
                   .retired_at = std::nullopt,
                   .wrapped = row.Integer(4)};
    if (!row.IsNull(3)) key.retired_at = FromUnixSeconds(row.Integer(3));
    history.push_back(std::move(key));
  }
  return history;
}

Result<std::unique_ptr<Keys>> Keys::Open(Database& database, const KeyText& key,
                                         const std::vector<KeyText>& more, const Clock& clock) {
  std::vector<KeyText> texts;
  texts.push_back(key.Clone());
  for (const KeyText& text : more) texts.push_back(text.Clone());
  const auto open = [&] {
    return database.Write<KeyRing>(
        [&](SqlSession& session) { return OpenRing(session, texts, clock.Now()); });
  };
  Result<KeyRing> ring = open();
  // Somebody else has brought the first key at the same moment: now there is one to check against.
  if (!ring.ok() && ring.error().code() == ErrorCode::kConflict) ring = open();
  if (!ring.ok()) return std::move(ring).error();
  return std::unique_ptr<Keys>(new Keys(*std::move(ring), std::move(texts)));
}

Result<bool> Keys::Refresh(Database& database) {
  return database.Read<bool>([this](SqlSession& session) { return Refresh(session); });
}

Result<bool> Keys::Refresh(SqlSession& session) {
  ASSIGN_OR_RETURN(const std::vector<KeyRecord> active, ReadRecords(session, "active"));
  if (active.empty() || active.front().id == ring()->active().id()) return false;
  ASSIGN_OR_RETURN(KeyRing fresh, OpenRing(session, texts_, TimePoint()));
  const std::lock_guard lock(mutex_);
  ring_ = std::make_shared<const KeyRing>(std::move(fresh));
  return true;
}

Result<std::shared_ptr<const KeyRing>> Keys::RingToWrap(SqlSession& session) {
  const std::string active =
      "SELECT key_id FROM master_keys WHERE state = :1" + std::string(session.share_lock());
  Result<SqlRow> row = session.QueryOne(active, {"active"}, "active master key");
  // The one that was active when the question was asked was not any more when its lock was had.
  if (!row.ok() && row.error().code() == ErrorCode::kNotFound) {
    row = session.QueryOne(active, {"active"}, "active master key");
  }
  if (!row.ok()) return std::move(row).error();
  if (row->Text(0) != ring()->active().id()) {
    const Result<bool> refreshed = Refresh(session);
    if (!refreshed.ok()) return Error(ErrorCode::kUnavailable, refreshed.error().message());
  }
  return ring();
}

Result<std::shared_ptr<const OrgKeys>> Keys::Of(SqlSession& session, const std::string& org_id) {
  const std::shared_ptr<const KeyRing> known = ring();
  Result<std::shared_ptr<const OrgKeys>> keys = org_keys_.Get(session, *known, org_id);
  if (keys.ok() || keys.error().code() != ErrorCode::kFailedPrecondition) return keys;
  RETURN_IF_ERROR(NoticeNewKey(session));
  if (ring() != known) keys = org_keys_.Get(session, *ring(), org_id);
  if (keys.ok() || keys.error().code() != ErrorCode::kFailedPrecondition) return keys;
  // Somebody has to bring the key; whoever asks here can do nothing about that.
  return Error(ErrorCode::kUnavailable, keys.error().message());
}

Status Keys::CheckSuffice(SqlSession& session) const {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT key_id FROM master_keys WHERE state <> 'retired'", {}));
  const std::shared_ptr<const KeyRing> known = ring();
  for (const SqlRow& row : rows) {
    const std::string id = row.Text(0);
    if (known->Find(id) != nullptr) continue;
    ASSIGN_OR_RETURN(const bool wraps, Wraps(session, id));
    if (!wraps) continue;
    return Error(ErrorCode::kUnavailable, "the master key with fingerprint " + id +
                                              " wraps what is served, and is not here");
  }
  return {};
}

Status Keys::NoticeNewKey(SqlSession& session) {
  Result<bool> refreshed = Refresh(session);
  // Without it we are where we were.
  if (refreshed.ok() || refreshed.error().code() == ErrorCode::kFailedPrecondition) return {};
  return std::move(refreshed).error();
}

std::shared_ptr<const KeyRing> Keys::ring() const {
  const std::lock_guard lock(mutex_);
  return ring_;
}

void Keys::Activate(MasterKey key) {
  const std::lock_guard lock(mutex_);
  ring_ = std::make_shared<const KeyRing>(ring_->WithActive(std::move(key)));
}

}  // namespace injector
