#include "injector/service/store/database.h"

#include <chrono>
#include <utility>

#include "injector/service/store/migrations.h"
#include "injector/service/store/soci_session.h"

namespace injector {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";
constexpr std::chrono::seconds kSessionPatience{30};

bool IsPostgresUrl(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

}  // namespace

Database::Database(Kind kind, std::string location, const Options& options)
    : kind_(kind), location_(std::move(location)) {
  readers_.limit = options.readers;
  writers_.limit = kind == Kind::kSqlite ? 1 : options.writers;
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& url, const Options& options) {
  std::unique_ptr<Database> database;
  if (url.starts_with(kSqliteScheme) && url.size() > kSqliteScheme.size()) {
    database.reset(new Database(Kind::kSqlite, url.substr(kSqliteScheme.size()), options));
  } else if (IsPostgresUrl(url)) {
    database.reset(new Database(Kind::kPostgres, url, options));
  } else {
    return Error(ErrorCode::kInvalidArgument, "database: expected sqlite:FILE or postgresql://…");
  }
  RETURN_IF_ERROR(
      database->Write([&](SqlSession& session) { return Migrate(session, database->kind()); }));
  return database;
}

Status Database::Read(const Body& body) {
  return Transact(
      readers_,
      kind_ == Kind::kSqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body);
}

Status Database::Look(const Body& body) {
  ASSIGN_OR_RETURN(std::unique_ptr<SqlSession> session, Acquire(readers_));
  session->Reset();
  Status done = body(*session);
  // Nobody knows whether it is the session that is broken.
  if (session->failed()) session.reset();
  Release(readers_, std::move(session));
  return done;
}

// IMMEDIATE: a transaction that reads first and writes later could not wait for the lock then.
Status Database::Write(const Body& body) {
  return Transact(writers_, kind_ == Kind::kSqlite ? "BEGIN IMMEDIATE" : "BEGIN", body);
}

Status Database::Transact(Pool& pool, std::string_view begin, const Body& body) {
  ASSIGN_OR_RETURN(std::unique_ptr<SqlSession> session, Acquire(pool));
  Result<std::int64_t> begun = session->Execute(begin, {});
  session->Reset();
  Status done = begun.ok() ? body(*session) : Status(std::move(begun).error());
  if (done.ok()) {
    Result<std::int64_t> committed = session->Execute("COMMIT", {});
    if (!committed.ok()) done = std::move(committed).error().WithContext("commit");
  }
  bool usable = true;
  session->Reset();  // what was not inserted yet will not be
  if (!done.ok()) usable = session->Execute("ROLLBACK", {}).ok();
  // A session that cannot even roll back is broken, or in a state nobody knows.
  if (!usable) session.reset();
  Release(pool, std::move(session));
  return done;
}

Result<std::unique_ptr<SqlSession>> Database::Connect() const {
  return kind_ == Kind::kSqlite ? OpenSqlite(location_) : ConnectPostgres(location_);
}

Result<std::unique_ptr<SqlSession>> Database::Acquire(Pool& pool) {
  std::unique_lock lock(mutex_);
  if (!released_.wait_for(lock, kSessionPatience, [&] { return pool.in_use < pool.limit; })) {
    return Error(ErrorCode::kUnavailable, "database: all connections are in use");
  }
  ++pool.in_use;
  if (!pool.idle.empty()) {
    std::unique_ptr<SqlSession> session = std::move(pool.idle.back());
    pool.idle.pop_back();
    return session;
  }
  lock.unlock();
  Result<std::unique_ptr<SqlSession>> session = Connect();
  if (!session.ok()) Release(pool, nullptr);
  return session;
}

void Database::Release(Pool& pool, std::unique_ptr<SqlSession> session) {
  {
    const std::lock_guard lock(mutex_);
    --pool.in_use;
    if (session) pool.idle.push_back(std::move(session));
  }
  released_.notify_all();
}

}  // namespace injector
