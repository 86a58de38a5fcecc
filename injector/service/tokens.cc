#include "injector/service/tokens.h"

#include <algorithm>
#include <array>

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/service/ids.h"
#include "injector/service/repo_name.h"
#include "injector/service/repo_rows.h"
#include "injector/service/text_list.h"
#include "injector/service/token_text.h"

namespace injector {
namespace {

constexpr const char* kColumns =
    "SELECT org_id, id, prefix, role, repos, environments, is_protected, created_by, created_at, "
    "expires_at, revoked_at, hash FROM tokens ";

Result<TokenRow> ReadRow(const SqlRow& row) {
  TokenRow token{.org_id = row.Text(0),
                 .info = {.id = row.Text(1),
                          .prefix = row.Text(2),
                          .rights = {},
                          .created_by = row.Text(7),
                          .created_at = FromUnixSeconds(row.Integer(8)),
                          .expires_at = FromUnixSeconds(row.Integer(9)),
                          .revoked_at = {}},
                 .hash = row.Text(11)};
  TokenRequest& rights = token.info.rights;
  const std::optional<Role> role = ParseRole(row.Text(3));
  if (!role) return Error(ErrorCode::kDataLoss, "stored token: unexpected role");
  rights.role = *role;
  ASSIGN_OR_RETURN(rights.repos, DecodeTextList(row.Text(4)));
  ASSIGN_OR_RETURN(rights.environments, DecodeTextList(row.Text(5)));
  rights.is_protected = row.Integer(6) != 0;
  rights.expires_at = token.info.expires_at;
  if (!row.IsNull(10)) token.info.revoked_at = FromUnixSeconds(row.Integer(10));
  return token;
}

Error Invalid(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

Status CheckRequest(const TokenRequest& request, TimePoint now) {
  const bool runner = request.role == Role::kRunner;
  if (runner && request.repos.empty()) return Invalid("repos: a runner token needs at least one");
  if (!runner &&
      !(request.repos.empty() && request.environments.empty() && !request.is_protected)) {
    return Invalid("repos, environments: only a runner token is bound to them");
  }
  for (const std::string& repo : request.repos) RETURN_IF_ERROR(CheckRepoName(repo));
  for (const std::string& name : request.environments) RETURN_IF_ERROR(CheckEnvironmentName(name));
  if (request.expires_at && *request.expires_at <= now) return Invalid("expiresAt: in the past");
  return {};
}

Status InsertRow(SqlSession& session, const TokenRow& row) {
  const TokenRequest& rights = row.info.rights;
  RETURN_IF_ERROR(session.Execute(
      "INSERT INTO tokens (org_id, id, prefix, role, repos, environments, is_protected, "
      "created_by, created_at, expires_at, hash) "
      "VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11)",
      {row.org_id, row.info.id, row.info.prefix, RoleName(rights.role),
       EncodeTextList(rights.repos), EncodeTextList(rights.environments),
       std::int64_t{rights.is_protected}, row.info.created_by, ToUnixSeconds(row.info.created_at),
       ToUnixSeconds(row.info.expires_at), row.hash}));
  return {};
}

}  // namespace

Result<Secret> HashToken(const Secret& token_key, const TokenRow& row, const Secret& secret) {
  const TokenRequest& rights = row.info.rights;
  const std::string expiry = std::to_string(ToUnixSeconds(row.info.expires_at));
  const std::array<std::string, 2> lists = {EncodeTextList(rights.repos),
                                            EncodeTextList(rights.environments)};
  const Secret message = Secret::TakeFrom(
      LengthPrefixed({row.org_id, row.info.id, row.info.prefix, RoleName(rights.role), lists[0],
                      lists[1], rights.is_protected ? "1" : "0", expiry, secret.Reveal()}));
  ASSIGN_OR_RETURN(const Secret mac, HmacSha256(token_key, message.Reveal()));
  return Secret::TakeFrom(HexEncode(mac.Reveal()));
}

Result<std::optional<TokenRow>> FindToken(SqlSession& session, const std::string& prefix) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query(std::string(kColumns) + "WHERE prefix = :1", {prefix}));
  if (rows.empty()) return std::optional<TokenRow>();
  ASSIGN_OR_RETURN(TokenRow token, ReadRow(rows.front()));
  return std::optional<TokenRow>(std::move(token));
}

Result<NewToken> IssueToken(Act& act, const TokenRequest& request, std::chrono::seconds life) {
  RETURN_IF_ERROR(CheckRequest(request, act.now()));
  ASSIGN_OR_RETURN(const TokenText text, TokenText::Generate());
  ASSIGN_OR_RETURN(const std::string id, NewUuid());
  const TimePoint created_at = FromUnixSeconds(ToUnixSeconds(act.now()));
  const TimePoint expires_at = request.expires_at.value_or(created_at + life);
  TokenRow row{.org_id = act.org_id(),
               .info = {.id = id,
                        .prefix = text.prefix,
                        .rights = request,
                        .created_by = act.actor(),
                        .created_at = created_at,
                        .expires_at = FromUnixSeconds(ToUnixSeconds(expires_at)),
                        .revoked_at = {}},
               .hash = {}};
  row.info.rights.expires_at = row.info.expires_at;
  ASSIGN_OR_RETURN(const Secret hash, HashToken(act.keys().token, row, text.secret));
  row.hash = hash.Reveal();
  RETURN_IF_ERROR(InsertRow(act.session(), row));
  for (const std::string& repo : request.repos) RETURN_IF_ERROR(FindOrMakeRepo(act, repo));
  AuditEvent event = EventOf({.operation = Operation::kCreateToken, .token = id});
  event.details = {{"role", std::string(RoleName(request.role))},
                   {"repos", EncodeTextList(request.repos)}};
  act.Record(std::move(event));
  return NewToken{.info = std::move(row.info), .token = text.ToText()};
}

Result<NewToken> Tokens::Create(const Principal& principal, const TokenRequest& request,
                                const std::optional<OnceKey>& once) {
  const Intent intent{.operation = Operation::kCreateToken};
  return desk_.Change<NewToken>(principal, intent, [&](Act& act) -> Result<NewToken> {
    if (once) {
      ASSIGN_OR_RETURN(const std::optional<std::string> made, FindMade(act, *once));
      if (made) {
        return Error(ErrorCode::kConflict, "Idempotency-Key: its token cannot be shown again");
      }
    }
    ASSIGN_OR_RETURN(NewToken token, IssueToken(act, request, desk_.limits().token_life));
    if (once) RETURN_IF_ERROR(RememberMade(act, *once, token.info.id));
    return token;
  });
}

Result<Page<TokenInfo>> Tokens::List(const Principal& principal, const PageRequest& page) {
  return desk_.Read<Page<TokenInfo>>(
      principal, {.operation = Operation::kReadTokens},
      [&](SqlSession& session) -> Result<Page<TokenInfo>> {
        ASSIGN_OR_RETURN(
            const std::vector<SqlRow> rows,
            session.Query(
                std::string(kColumns) + "WHERE org_id = :1 AND id > :2 ORDER BY id LIMIT :3",
                {principal.org_id, page.after, static_cast<std::int64_t>(page.rows())}));
        std::vector<TokenInfo> tokens;
        for (const SqlRow& row : rows) {
          ASSIGN_OR_RETURN(TokenRow token, ReadRow(row));
          tokens.push_back(std::move(token.info));
        }
        return MakePage(std::move(tokens), page, [](const TokenInfo& token) { return token.id; });
      });
}

Status Tokens::Revoke(const Principal& principal, const std::string& id) {
  const Intent intent{.operation = Operation::kRevokeToken, .token = id};
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(
        const SqlRow row,
        act.session().QueryOne("SELECT revoked_at FROM tokens WHERE org_id = :1 AND id = :2",
                               {act.org_id(), id}, "token"));
    if (!row.IsNull(0)) return {};
    RETURN_IF_ERROR(act.session().Execute("UPDATE tokens SET revoked_at = :1 WHERE id = :2",
                                          {ToUnixSeconds(act.now()), id}));
    act.Record(EventOf(intent));
    return {};
  });
}

}  // namespace injector
