#include "injector/service/keys.h"

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

// The one of `texts` that is the key of `record`.
Result<MasterKey> FindKey(const std::vector<KeyText>& texts, const KeyRecord& record) {
  for (const KeyText& text : texts) {
    Result<MasterKey> key = DeriveChecked(text, record);
    if (key.ok()) return key;
  }
  return Error(ErrorCode::kFailedPrecondition,
               "a key is missing: a rotation is under way, and the key with fingerprint " +
                   record.id + " is still needed");
}

Result<KeyRing> OpenRing(SqlSession& session, const KeyText& text,
                         const std::vector<KeyText>& previous, TimePoint now) {
  ASSIGN_OR_RETURN(const std::vector<KeyRecord> active, ReadRecords(session, "active"));
  if (active.empty()) {
    ASSIGN_OR_RETURN(MasterKey first, InsertActiveKey(session, text, now));
    return KeyRing(std::move(first));
  }
  ASSIGN_OR_RETURN(MasterKey key, DeriveChecked(text, active.front()));
  KeyRing ring(std::move(key));
  ASSIGN_OR_RETURN(const std::vector<KeyRecord> older, ReadRecords(session, "previous"));
  for (const KeyRecord& record : older) {
    ASSIGN_OR_RETURN(MasterKey found, FindKey(previous, record));
    ring.AddPrevious(std::move(found));
  }
  return ring;
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

Result<std::unique_ptr<Keys>> Keys::Open(Database& database, const KeyText& key,
                                         const std::vector<KeyText>& previous, const Clock& clock) {
  const auto open = [&] {
    return database.Write<KeyRing>(
        [&](SqlSession& session) { return OpenRing(session, key, previous, clock.Now()); });
  };
  Result<KeyRing> ring = open();
  // Somebody else has brought the first key at the same moment: now there is one to check against.
  if (!ring.ok() && ring.error().code() == ErrorCode::kConflict) ring = open();
  if (!ring.ok()) return std::move(ring).error();
  return std::unique_ptr<Keys>(new Keys(*std::move(ring)));
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
