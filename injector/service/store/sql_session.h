#pragma once
// One connection to a database, as statements and rows of text. Whatever the database is: the
// statements that go in here are ones that SQLite (3.35) and PostgreSQL (13) both take.
//
// Parameters stand in a statement as :1, :2 … in their order, each once. Nothing of a parameter is
// ever in an error.
//
// Thread rule: one thread at a time.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "injector/base/result.h"

namespace injector {

class SqlParameter {
 public:
  using State = std::variant<std::monostate, std::int64_t, std::string>;

  SqlParameter(std::nullopt_t) {}
  SqlParameter(std::int64_t number) : state_(number) {}
  SqlParameter(std::string text) : state_(std::move(text)) {}
  SqlParameter(std::string_view text) : state_(std::string(text)) {}
  SqlParameter(const char* text) : state_(std::string(text)) {}
  template <typename T>
  SqlParameter(const std::optional<T>& value) {
    if (value) state_ = *value;
  }

  const State& state() const { return state_; }

 private:
  State state_;
};

class SqlRow {
 public:
  explicit SqlRow(std::vector<std::optional<std::string>> columns) : columns_(std::move(columns)) {}

  std::size_t size() const { return columns_.size(); }
  bool IsNull(std::size_t column) const { return !columns_.at(column).has_value(); }
  // Empty for null.
  std::string Text(std::size_t column) const { return columns_.at(column).value_or(""); }
  // Zero for null and for what is no number.
  std::int64_t Integer(std::size_t column) const;
  std::optional<std::int64_t> OptionalInteger(std::size_t column) const;

 private:
  std::vector<std::optional<std::string>> columns_;
};

class SqlSession {
 public:
  using Parameters = std::vector<SqlParameter>;
  using Rows = std::vector<SqlRow>;
  virtual ~SqlSession() = default;

  // Errors of all that follow: kUnavailable when the database is away, busy or full, or the
  // statement ran into a time-out or a deadlock; kConflict when a constraint forbids it; kDataLoss
  // for a damaged database; kInternal for the rest.
  Result<Rows> Query(std::string_view sql, const Parameters& parameters);
  // The only row, or none: kNotFound saying `what`.
  Result<SqlRow> QueryOne(std::string_view sql, const Parameters& parameters,
                          std::string_view what);
  // How many rows it changed.
  Result<std::int64_t> Execute(std::string_view sql, const Parameters& parameters);

  // As Query(), but what it has answered in this transaction already is not asked for again until
  // something is executed. For acts of one group that want the same things: each statement is a
  // round trip. Requires: nobody else changes what it reads before this transaction ends.
  Result<std::shared_ptr<const Rows>> QueryKept(std::string_view sql, const Parameters& parameters);
  // Adds a row to a table that QueryKept() does not read, together with others before the next
  // Query(), Execute() or Flush(), whose error that of the rows is then. `insert` ends where the
  // values begin: "INSERT INTO t (a, b)". Tables are filled in the order in which they were named.
  void InsertLater(std::string_view insert, Parameters row);
  Status Flush();

  // How many rows and statements have been written, and whether any statement has failed: what a
  // transaction did. See Database.
  int writes() const { return writes_; }
  bool failed() const { return failed_; }
  // Forgets what this transaction did, kept and has still to insert.
  void Reset();

  // Behind a SELECT: what it has found stays as it is until this transaction ends. Empty where a
  // writing transaction is alone in any case (SQLite).
  virtual std::string_view share_lock() const = 0;

  // Whether the connection is there, and to a server that takes writes. Asks the server; for when
  // something has failed.
  virtual bool IsAlive() = 0;

 private:
  struct LaterRows {
    std::string insert;
    std::size_t count = 0;
    Parameters parameters;  // of all rows
  };

  virtual Result<Rows> DoQuery(std::string_view sql, const Parameters& parameters) = 0;
  virtual Result<std::int64_t> DoExecute(std::string_view sql, const Parameters& parameters) = 0;
  Status Insert(const LaterRows& rows);

  int writes_ = 0;
  bool failed_ = false;
  std::map<std::string, std::shared_ptr<const Rows>, std::less<>> kept_;
  std::vector<LaterRows> later_;
};

}  // namespace injector
