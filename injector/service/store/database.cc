#include "injector/service/store/database.h"

#include <chrono>
#include <utility>

#include "injector/service/store/migrations.h"
#include "injector/service/store/soci_session.h"

namespace injector {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";
// Between attempts to reach a server that is away; shorter than what its clients are told to wait.
constexpr std::chrono::milliseconds kReconnectPause{500};

// For a step of a migration, and for others to wait for it. What stands in Options is for requests.
constexpr std::chrono::minutes kStepTime{10};

bool IsPostgresUrl(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

}  // namespace

Database::Database(Kind kind, std::string location, const Options& options)
    : kind_(kind), location_(std::move(location)), options_(options), outage_(kReconnectPause) {
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
  const Kind kind = database->kind_;
  const auto migrate = [kind](SqlSession& session) { return Migrate(session, kind); };
  Options patient = options;
  patient.session.statement = kStepTime;
  patient.session.lock = kStepTime;
  // SQLite has no such times, and its files are there as long as its session.
  RETURN_IF_ERROR(kind == Kind::kSqlite
                      ? database->Write(migrate)
                      : Database(kind, database->location_, patient).Write(migrate));
  return database;
}

Status Database::Read(const Body& body) {
  const std::string_view begin =
      kind_ == Kind::kSqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  return Run(readers_, [&](SqlSession& session) { return Transact(session, begin, body); });
}

Status Database::Look(const Body& body) {
  return Run(readers_, [&](SqlSession& session) {
    session.Reset();
    Attempt attempt{.done = body(session)};
    if (!session.failed()) return attempt;
    attempt.is_usable = session.IsAlive();
    attempt.is_lost = !attempt.is_usable;
    return attempt;
  });
}

// IMMEDIATE: a transaction that reads first and writes later could not wait for the lock then.
Status Database::Write(const Body& body) {
  const std::string_view begin = kind_ == Kind::kSqlite ? "BEGIN IMMEDIATE" : "BEGIN";
  return Run(writers_, [&](SqlSession& session) { return Transact(session, begin, body); });
}

// One that was in the pool may have been dead for long, which shows at once; a new one that is lost
// was not, nor one of which nothing was heard for so long that it was given up.
Status Database::Run(Pool& pool, const std::function<Attempt(SqlSession&)>& attempt) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + options_.patience;
  for (std::size_t tries = 0;; ++tries) {
    ASSIGN_OR_RETURN(Checkout checkout, Acquire(pool));
    Attempt made = attempt(*checkout.session);
    if (!made.is_usable) checkout.session.reset();
    Release(pool, std::move(checkout.session));
    const bool again = !made.done.ok() && made.done.error().code() == ErrorCode::kUnavailable &&
                       made.is_lost && !checkout.is_new && tries < pool.limit && Clock::now() < end;
    if (!again) return std::move(made.done);
  }
}

Database::Attempt Database::Transact(SqlSession& session, std::string_view begin,
                                     const Body& body) {
  Result<std::int64_t> begun = session.Execute(begin, {});
  session.Reset();
  Attempt attempt{.done = begun.ok() ? body(session) : Status(std::move(begun).error())};
  bool asked_to_keep = false;
  if (attempt.done.ok()) attempt.done = session.Flush();
  if (attempt.done.ok()) {
    asked_to_keep = true;
    Result<std::int64_t> committed = session.Execute("COMMIT", {});
    if (!committed.ok()) attempt.done = std::move(committed).error().WithContext("commit");
  }
  session.Reset();  // what was not inserted yet will not be
  if (attempt.done.ok()) return attempt;
  // A session that cannot even roll back is broken, or in a state nobody knows.
  const bool is_rolled_back = session.Execute("ROLLBACK", {}).ok();
  const bool is_alive = session.IsAlive();
  attempt.is_usable = is_rolled_back && is_alive;
  attempt.is_lost = !is_alive && !asked_to_keep;
  return attempt;
}

Result<std::unique_ptr<SqlSession>> Database::Connect() {
  if (kind_ == Kind::kSqlite) return OpenSqlite(location_);
  if (std::optional<Error> away = outage_.Begin(std::chrono::steady_clock::now())) {
    return *std::move(away);
  }
  Result<std::unique_ptr<SqlSession>> session = ConnectPostgres(location_, options_.session);
  outage_.Ended(session.ok() ? Status() : Status(session.error()),
                std::chrono::steady_clock::now());
  return session;
}

Result<Database::Checkout> Database::Acquire(Pool& pool) {
  std::unique_lock lock(mutex_);
  if (!released_.wait_for(lock, options_.patience, [&] { return pool.in_use < pool.limit; })) {
    return Error(ErrorCode::kUnavailable, "database: all connections are in use");
  }
  ++pool.in_use;
  if (!pool.idle.empty()) {
    Checkout checkout{.session = std::move(pool.idle.back())};
    pool.idle.pop_back();
    return checkout;
  }
  lock.unlock();
  Result<std::unique_ptr<SqlSession>> session = Connect();
  if (!session.ok()) {
    Release(pool, nullptr);
    return std::move(session).error();
  }
  return Checkout{.session = *std::move(session), .is_new = true};
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
