#pragma once
// The service's database, SQLite or PostgreSQL, as transactions. Sessions are pooled; one that
// breaks is thrown away and the next transaction connects again.
//
// A server that was away leaves sessions in the pool that are dead without knowing it. Who meets
// one does not notice: what was begun over it is begun again over another, as long as nothing of it
// can have been kept. Bodies may therefore be run again: nothing but what they return may carry
// their effects.
//
// Thread rule: any thread. A transaction blocks for a session, at most Options::patience
// (kUnavailable); while the server is away it fails at once (outage.h).

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/store/outage.h"
#include "injector/service/store/session_limits.h"
#include "injector/service/store/sql_session.h"

namespace injector {

class Database {
 public:
  enum class Kind { kSqlite, kPostgres };
  using Body = std::function<Status(SqlSession&)>;

  struct Options {
    std::size_t readers = 4;
    // Concurrent writing transactions. SQLite has one writer whatever stands here.
    std::size_t writers = 2;
    // How long a transaction waits for one of those to be free.
    std::chrono::milliseconds patience{10'000};
    SessionLimits session = {};  // PostgreSQL alone
  };

  // `url`: sqlite:FILE, or postgresql://… Brings the schema up to date (migrations.h).
  // kInvalidArgument for any other scheme; kFailedPrecondition when a later release has changed the
  // database beyond what this one can use.
  static Result<std::unique_ptr<Database>> Open(const std::string& url, const Options& options);

  Kind kind() const { return kind_; }
  std::size_t writers() const { return writers_.limit; }

  // Runs `body` over one unchanging state of the database.
  Status Read(const Body& body);
  // As Read() for bodies that ask one question, or whose answers need not be of one moment: saves
  // two round trips.
  Status Look(const Body& body);
  // Runs `body` and keeps what it has written, durably, if it succeeds and only then. When the
  // commit itself fails for want of a connection, nobody knows whether it happened: kUnavailable.
  Status Write(const Body& body);

  template <typename T>
  Result<T> Read(const std::function<Result<T>(SqlSession&)>& body) {
    return WithResult<T>(body, [this](const Body& inner) { return Read(inner); });
  }
  template <typename T>
  Result<T> Look(const std::function<Result<T>(SqlSession&)>& body) {
    return WithResult<T>(body, [this](const Body& inner) { return Look(inner); });
  }
  template <typename T>
  Result<T> Write(const std::function<Result<T>(SqlSession&)>& body) {
    return WithResult<T>(body, [this](const Body& inner) { return Write(inner); });
  }

 private:
  struct Pool {
    std::size_t limit = 1;
    std::size_t in_use = 0;
    std::vector<std::unique_ptr<SqlSession>> idle;
  };

  // A session out of the pool.
  struct Checkout {
    std::unique_ptr<SqlSession> session;
    bool is_new = false;
  };
  // What became of a body that was run over a session.
  struct Attempt {
    Status done = {};
    bool is_usable = true;  // the session, for whoever comes next
    bool is_lost = false;   // with the connection, and nothing can have been kept
  };

  Database(Kind kind, std::string location, const Options& options);

  template <typename T, typename Run>
  static Result<T> WithResult(const std::function<Result<T>(SqlSession&)>& body, Run run) {
    std::optional<T> value;
    RETURN_IF_ERROR(run([&](SqlSession& session) -> Status {
      Result<T> result = body(session);
      if (!result.ok()) return std::move(result).error();
      value.emplace(std::move(result).value());
      return {};
    }));
    return std::move(*value);
  }

  Result<std::unique_ptr<SqlSession>> Connect();
  Result<Checkout> Acquire(Pool& pool);
  void Release(Pool& pool, std::unique_ptr<SqlSession> session);
  Status Run(Pool& pool, const std::function<Attempt(SqlSession&)>& attempt);
  static Attempt Transact(SqlSession& session, std::string_view begin, const Body& body);

  const Kind kind_;
  const std::string location_;  // a path, or a URL with a password in it
  const Options options_;
  Outage outage_;
  std::mutex mutex_;  // over both pools
  std::condition_variable released_;
  Pool readers_;
  Pool writers_;
};

}  // namespace injector
