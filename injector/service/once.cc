#include "injector/service/once.h"

#include <vector>

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/service/unix_time.h"

namespace injector {
namespace {

constexpr const char* kReusedMessage = "Idempotency-Key: was used for another request";

// MACs: a request may hold secrets, and a key may be a name.
Result<std::string> Digest(const Act& act, std::string_view kind, std::string_view bytes) {
  const Secret message = Secret::TakeFrom(LengthPrefixed({kind, act.actor(), bytes}));
  ASSIGN_OR_RETURN(const Secret mac, HmacSha256(act.keys().once, message.Reveal()));
  return HexEncode(mac.Reveal());
}

}  // namespace

bool IsKeyReused(const Error& error) { return error.message() == kReusedMessage; }

Error MadeIsGone() { return {ErrorCode::kConflict, "Idempotency-Key: what it has made is gone"}; }

Result<std::optional<std::string>> FindMade(Act& act, const OnceKey& key) {
  ASSIGN_OR_RETURN(const std::string key_hash, Digest(act, "key", key.key));
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      act.session().Query(
          "SELECT request_mac, resource_id FROM idempotency_keys WHERE "
          "org_id = :1 AND actor = :2 AND key_hash = :3 AND created_at > :4",
          {act.org_id(), act.actor(), key_hash, ToUnixSeconds(act.now() - kOnceLife)}));
  if (rows.empty()) return std::optional<std::string>();
  ASSIGN_OR_RETURN(const std::string request_mac, Digest(act, "request", key.request.Reveal()));
  if (!Secret::ConstantTimeEquals(request_mac, rows.front().Text(0))) {
    return Error(ErrorCode::kConflict, kReusedMessage);
  }
  return std::optional<std::string>(rows.front().Text(1));
}

Status RememberMade(Act& act, const OnceKey& key, const std::string& id) {
  ASSIGN_OR_RETURN(const std::string key_hash, Digest(act, "key", key.key));
  ASSIGN_OR_RETURN(const std::string request_mac, Digest(act, "request", key.request.Reveal()));
  // One from more than a day ago may stand there still.
  RETURN_IF_ERROR(act.session().Execute(
      "DELETE FROM idempotency_keys WHERE org_id = :1 AND actor = :2 AND key_hash = :3",
      {act.org_id(), act.actor(), key_hash}));
  RETURN_IF_ERROR(act.session().Execute(
      "INSERT INTO idempotency_keys (org_id, actor, key_hash, request_mac, resource_id, "
      "created_at) VALUES (:1, :2, :3, :4, :5, :6)",
      {act.org_id(), act.actor(), key_hash, request_mac, id, ToUnixSeconds(act.now())}));
  return {};
}

Result<std::string> IdOnce(Act& act, const std::optional<OnceKey>& key,
                           const std::function<Result<std::string>()>& make) {
  if (!key) return make();
  ASSIGN_OR_RETURN(std::optional<std::string> before, FindMade(act, *key));
  if (before) return *std::move(before);
  ASSIGN_OR_RETURN(std::string id, make());
  RETURN_IF_ERROR(RememberMade(act, *key, id));
  return id;
}

}  // namespace injector
