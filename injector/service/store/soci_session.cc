#include "injector/service/store/soci_session.h"

#include <fcntl.h>
#include <soci/soci-config.h>
// Debian builds SOCI for use with Boost, which its package does not bring. We use none of that.
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "injector/base/unique_fd.h"
#include "injector/model/redaction.h"
#include "injector/service/store/answer_watch.h"

namespace injector {
namespace {

// What the databases call their failures: https://sqlite.org/rescode.html (primary codes), and the
// classes of PostgreSQL's manual, appendix A.
ErrorCode CodeOfSqlite(int result) {
  constexpr int kFirstByte = 0xFF;
  switch (result & kFirstByte) {
    case 5:   // SQLITE_BUSY
    case 6:   // SQLITE_LOCKED
    case 7:   // SQLITE_NOMEM
    case 10:  // SQLITE_IOERR
    case 13:  // SQLITE_FULL
    case 14:  // SQLITE_CANTOPEN
    case 8:   // SQLITE_READONLY: to whoever asks, an outage like the others
      return ErrorCode::kUnavailable;
    case 11:  // SQLITE_CORRUPT
    case 26:  // SQLITE_NOTADB
      return ErrorCode::kDataLoss;
    case 19:  // SQLITE_CONSTRAINT
      return ErrorCode::kConflict;
    default:
      return ErrorCode::kInternal;
  }
}

ErrorCode CodeOfPostgres(std::string_view sqlstate) {
  const std::string_view state_class = sqlstate.substr(0, 2);
  if (state_class == "23") return ErrorCode::kConflict;
  if (sqlstate == "XX001" || sqlstate == "XX002") return ErrorCode::kDataLoss;
  // Connection, transaction rollback, resources, lock not available, operator intervention, system,
  // transaction state (25006: a server that can only be read, as a standby); no state at all: the
  // connection broke.
  for (std::string_view temporary : {"08", "40", "53", "55", "57", "58", "25", "  ", ""}) {
    if (state_class == temporary) return ErrorCode::kUnavailable;
  }
  return ErrorCode::kInternal;
}

Error DatabaseError(ErrorCode code, const std::string& detail) {
  return {code, "database: " + detail};
}

// A server that only reads: a standby, or what was the primary before it was another's turn.
constexpr std::string_view kReadOnlyServer = "25006";

// The error that is being caught.
Error CurrentError() {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    return DatabaseError(CodeOfSqlite(error.result()), "error " + std::to_string(error.result()));
  } catch (const soci::postgresql_soci_error& error) {
    const std::string state = error.sqlstate();
    return DatabaseError(CodeOfPostgres(state), state.empty() || state.front() == ' '
                                                    ? "connection lost"
                                                    : "SQLSTATE " + state);
  } catch (const soci::soci_error& error) {
    const bool connection = error.get_error_category() == soci::soci_error::connection_error;
    return DatabaseError(connection ? ErrorCode::kUnavailable : ErrorCode::kInternal,
                         "statement failed");
  } catch (const std::exception&) {
    return DatabaseError(ErrorCode::kInternal, "statement failed");
  }
}

std::optional<std::string> ColumnText(const soci::row& row, std::size_t column) {
  if (row.get_indicator(column) == soci::i_null) return std::nullopt;
  switch (row.get_properties(column).get_data_type()) {
    case soci::dt_integer:
      return std::to_string(row.get<int>(column));
    case soci::dt_long_long:
      return std::to_string(row.get<long long>(column));
    case soci::dt_unsigned_long_long:
      return std::to_string(row.get<unsigned long long>(column));
    default:
      return row.get<std::string>(column);
  }
}

SqlRow ToSqlRow(const soci::row& row) {
  std::vector<std::optional<std::string>> columns;
  for (std::size_t i = 0; i < row.size(); ++i) columns.push_back(ColumnText(row, i));
  return SqlRow(std::move(columns));
}

// What a parameter is to a prepared statement. In SQLite a number and its text are not the same.
enum class ParameterKind : char { kNumber = 'n', kText = 't', kNull = '0' };

ParameterKind KindOf(const SqlParameter& parameter) {
  if (std::holds_alternative<std::int64_t>(parameter.state())) return ParameterKind::kNumber;
  if (std::holds_alternative<std::string>(parameter.state())) return ParameterKind::kText;
  return ParameterKind::kNull;
}

// A statement of one text and certain kinds of parameters, parsed and planned once.
class PreparedStatement {
 public:
  enum class Answers { kRows, kNothing };

  PreparedStatement(soci::session& session, std::string_view sql,
                    const SqlSession::Parameters& parameters, Answers answers)
      : statement_(session), slots_(parameters.size()) {
    for (std::size_t i = 0; i < parameters.size(); ++i) Bind(slots_[i], KindOf(parameters[i]));
    statement_.alloc();
    // What has no parameters is said once in a session's life, or is no statement that can wait.
    statement_.prepare(std::string(sql), parameters.empty() ? soci::details::st_one_time_query
                                                            : soci::details::st_repeatable_query);
    statement_.define_and_bind();
    // Behind that, as soci::rowset has it: the row describes itself when the statement runs.
    if (answers == Answers::kRows) statement_.exchange_for_rowset(soci::into(row_));
  }

  // Throws what SOCI throws; the statement can then not be used any more.
  std::vector<SqlRow> Query(const SqlSession::Parameters& parameters) {
    Take(parameters);
    std::vector<SqlRow> rows;
    statement_.execute();
    // To the end, always: until then SQLite takes the statement for running.
    while (statement_.fetch()) rows.push_back(ToSqlRow(row_));
    return rows;
  }

  std::int64_t Execute(const SqlSession::Parameters& parameters) {
    Take(parameters);
    statement_.execute(true);
    return statement_.get_affected_rows();
  }

 private:
  // Where SOCI finds a parameter each time.
  struct Slot {
    long long number = 0;
    std::string text;
    soci::indicator indicator = soci::i_ok;
  };

  void Bind(Slot& slot, ParameterKind kind) {
    if (kind == ParameterKind::kNumber) {
      statement_.exchange(soci::use(slot.number));
      return;
    }
    if (kind == ParameterKind::kNull) slot.indicator = soci::i_null;
    statement_.exchange(soci::use(slot.text, slot.indicator));
  }

  void Take(const SqlSession::Parameters& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const SqlParameter::State& state = parameters[i].state();
      if (const auto* number = std::get_if<std::int64_t>(&state)) slots_[i].number = *number;
      if (const auto* text = std::get_if<std::string>(&state)) slots_[i].text = *text;
    }
  }

  soci::statement statement_;
  std::vector<Slot> slots_;  // SOCI points into it
  soci::row row_;
};

class SociSession final : public SqlSession {
 public:
  SociSession(std::unique_ptr<soci::session> session, std::string_view share_lock)
      : session_(std::move(session)), share_lock_(share_lock) {}

  // Prepared statements are given up one by one, each by a question to the server.
  ~SociSession() override {
    const Waiting waiting(watch_);
    prepared_.clear();
  }

  // Of a session with a server: it is taken for gone when an answer takes longer.
  void WatchAnswers(int socket, std::chrono::milliseconds patience) {
    watch_.emplace(socket, patience);
  }

  std::string_view share_lock() const override { return share_lock_; }

  bool IsAlive() override {
    const Waiting waiting(watch_);
    return !is_read_only_ && session_->is_connected();
  }

 private:
  using Answers = PreparedStatement::Answers;

  // While the server is asked, if there is one.
  class Waiting {
   public:
    explicit Waiting(std::optional<AnswerWatch>& watch) {
      if (watch) wait_.emplace(*watch);
    }

   private:
    std::optional<AnswerWatch::Wait> wait_;
  };

  Result<Rows> DoQuery(std::string_view sql, const Parameters& parameters) override {
    return Run<Rows>(sql, parameters, PreparedStatement::Answers::kRows,
                     [&](PreparedStatement& statement) { return statement.Query(parameters); });
  }

  Result<std::int64_t> DoExecute(std::string_view sql, const Parameters& parameters) override {
    return Run<std::int64_t>(
        sql, parameters, PreparedStatement::Answers::kNothing,
        [&](PreparedStatement& statement) { return statement.Execute(parameters); });
  }

  template <typename T, typename Body>
  Result<T> Run(std::string_view sql, const Parameters& parameters, Answers answers, Body body) {
    const Waiting waiting(watch_);
    try {
      if (parameters.empty()) {
        PreparedStatement statement(*session_, sql, parameters, answers);
        return body(statement);
      }
      const std::string key = KeyOf(sql, parameters);
      // Out of the list while it runs: one that fails is not used again.
      std::unique_ptr<PreparedStatement> statement;
      if (const auto found = prepared_.find(key); found != prepared_.end()) {
        statement = std::move(found->second);
        prepared_.erase(found);
      } else {
        statement = std::make_unique<PreparedStatement>(*session_, sql, parameters, answers);
      }
      T result = body(*statement);
      if (prepared_.size() >= kMostPrepared) prepared_.erase(prepared_.begin());
      prepared_.emplace(key, std::move(statement));
      return result;
    } catch (const soci::postgresql_soci_error& error) {
      if (error.sqlstate() == kReadOnlyServer) is_read_only_ = true;
      return CurrentError();
    } catch (...) {
      return CurrentError();
    }
  }

  static std::string KeyOf(std::string_view sql, const Parameters& parameters) {
    std::string key(sql);
    for (const SqlParameter& parameter : parameters) key += static_cast<char>(KindOf(parameter));
    return key;
  }

  // More than there are in our code; a bound should a text ever be made of parts.
  static constexpr std::size_t kMostPrepared = 200;

  std::unique_ptr<soci::session> session_;
  const std::string_view share_lock_;
  bool is_read_only_ = false;                                           // the server
  std::map<std::string, std::unique_ptr<PreparedStatement>> prepared_;  // by KeyOf()
  std::optional<AnswerWatch> watch_;
};

// SQLite gives its log and index files the mode of the database; left alone it makes that 0644.
//
// A file that is there is not even opened: closing it would drop every lock that this process has
// on it (fcntl(2); https://sqlite.org/howtocorrupt.html, section 2.2), those of our other sessions
// included. The next program that closes the database would take itself for the last one and remove
// the write-ahead log, into which we would go on writing.
Status MakePrivateFile(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return {};
  const UniqueFd file(
      RetryOnEintr([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); }));
  if (!file.valid()) return Error::FromErrno(errno, "open " + path);
  return {};
}

Status ExecuteAll(SqlSession& session, std::initializer_list<const char*> statements) {
  for (const char* statement : statements) {
    if (Result<std::int64_t> done = session.Execute(statement, {}); !done.ok()) {
      return std::move(done).error();
    }
  }
  return {};
}

// Milliseconds as libpq takes them, rounded up.
std::string InSeconds(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count());
}

// With what the URL leaves open (PostgreSQL manual, section 34.1.2). A connection over which
// nothing comes back, because a machine is gone, is noticed by the kernel: by tcp_user_timeout
// while something is under way to it, by keep-alive while an answer is awaited.
//
// SOCI reads a connection string as NAME=VALUE words before libpq gets it; a URL is such a word
// once there is an equals sign in it, which these see to.
std::string WithDefaults(const std::string& url, const SessionLimits& limits) {
  const std::pair<const char*, std::string> defaults[] = {
      {"fallback_application_name", "injector"},
      {"connect_timeout", InSeconds(limits.connect)},
      {"tcp_user_timeout", std::to_string(limits.silence.count())},
      {"keepalives_idle", InSeconds(limits.silence)},
      {"keepalives_interval", "5"},
      {"keepalives_count", "2"}};
  std::string full = url;
  for (const auto& [name, value] : defaults) {
    if (url.find(std::string(name) + "=") != std::string::npos) continue;
    full += full.find('?') == std::string::npos ? '?' : '&';
    full += std::string(name) + "=" + value;
  }
  return full;
}

// (The library keeps that class's typeinfo to itself, so nothing can check the cast.)
__attribute__((no_sanitize("vptr"))) int SocketOf(soci::session& session) {
  const auto* backend = static_cast<soci::postgresql_session_backend*>(session.get_backend());
  return ::PQsocket(backend->conn_);
}

// Two programs that open a new database at once: SQLite does not wait for the other's lock while it
// changes the journal, it answers "busy".
Status UseWriteAheadLog(SqlSession& session) {
  constexpr int kTries = 1000;
  constexpr std::chrono::milliseconds kPause{10};
  Result<std::int64_t> changed = session.Execute("PRAGMA journal_mode=WAL", {});
  for (int i = 0; i < kTries && !changed.ok(); ++i) {
    if (changed.error().code() != ErrorCode::kUnavailable) break;
    std::this_thread::sleep_for(kPause);
    changed = session.Execute("PRAGMA journal_mode=WAL", {});
  }
  RETURN_IF_ERROR(std::move(changed));
  return {};
}

// libpq says where it could not connect and why. What it says of a malformed URI may quote any part
// of that.
std::string ConnectFailure(const soci::soci_error& error) {
  const std::string message = error.get_error_message();
  const std::size_t start = message.find("connection to server");
  if (start == std::string::npos) return "connect to PostgreSQL: not possible with this URL";
  const std::size_t end = message.find_first_of("\r\n", start);
  return "connect to PostgreSQL: " + RedactText(message.substr(start, end - start));
}

}  // namespace

Result<std::unique_ptr<SqlSession>> OpenSqlite(const std::string& path) {
  RETURN_IF_ERROR(MakePrivateFile(path));
  std::unique_ptr<SqlSession> session;
  try {
    // The parameter list takes quoted values; a path with a quote in it has no spelling there.
    if (path.find('"') != std::string::npos) {
      return Error(ErrorCode::kInvalidArgument, "database path: must not hold a quotation mark");
    }
    session = std::make_unique<SociSession>(
        std::make_unique<soci::session>(soci::sqlite3, "dbname=\"" + path + "\" timeout=30"), "");
  } catch (...) {
    return CurrentError().WithContext("open " + path);
  }
  Status ready = UseWriteAheadLog(*session);
  // Not through SOCI's parameters: it sets that one before the time-out, and fails at once.
  if (ready.ok()) {
    ready = ExecuteAll(*session, {"PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"});
  }
  if (!ready.ok()) return std::move(ready).error().WithContext("open " + path);
  return session;
}

Result<std::unique_ptr<SqlSession>> ConnectPostgres(const std::string& url,
                                                    const SessionLimits& limits) {
  std::unique_ptr<SociSession> session;
  try {
    auto connection = std::make_unique<soci::session>(soci::postgresql, WithDefaults(url, limits));
    const int socket = SocketOf(*connection);
    session = std::make_unique<SociSession>(std::move(connection), " FOR SHARE");
    // What it does not end by itself in time, nor says that it could not.
    session->WatchAnswers(socket, limits.statement + limits.silence);
  } catch (const soci::soci_error& error) {
    return Error(ErrorCode::kUnavailable, ConnectFailure(error));
  } catch (...) {
    return CurrentError();
  }
  const auto set = [&](const std::string& name, const std::string& value) -> Status {
    RETURN_IF_ERROR(session->Execute("SET " + name + " = " + value, {}));
    return {};
  };
  RETURN_IF_ERROR(set("statement_timeout", std::to_string(limits.statement.count())));
  RETURN_IF_ERROR(set("lock_timeout", std::to_string(limits.lock.count())));
  RETURN_IF_ERROR(set("idle_in_transaction_session_timeout",
                      std::to_string(limits.idle_in_transaction.count())));
  RETURN_IF_ERROR(set("client_min_messages", "warning"));
  // Plans are kept as long as the session. One that was made while a table had been counted almost
  // empty would read it from end to end however large it became, until the next count.
  RETURN_IF_ERROR(set("enable_seqscan", "off"));
  RETURN_IF_ERROR(set("jit", "off"));  // which such a plan's price would call in
  return std::unique_ptr<SqlSession>(std::move(session));
}

}  // namespace injector
