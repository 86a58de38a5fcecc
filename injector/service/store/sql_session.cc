#include "injector/service/store/sql_session.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <functional>
#include <iterator>
#include <utility>

namespace injector {
namespace {

// Of one INSERT. Powers of two up to this one, so that few different statements are prepared.
constexpr std::size_t kMostRows = 64;

// "(:9, :10, … :16)"
std::string Placeholders(std::size_t first, std::size_t count) {
  std::string text = "(";
  for (std::size_t i = 0; i < count; ++i) {
    text += (i > 0 ? ", :" : ":") + std::to_string(first + i);
  }
  return text + ")";
}

// What tells two questions apart.
std::string QuestionOf(std::string_view sql, const SqlSession::Parameters& parameters) {
  std::string question(sql);
  for (const SqlParameter& parameter : parameters) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter.state())) {
      question += "\nn" + std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&parameter.state())) {
      question += "\nt" + std::to_string(text->size()) + ":" + *text;
    } else {
      question += "\n0";
    }
  }
  return question;
}

}  // namespace

std::int64_t SqlRow::Integer(std::size_t column) const {
  return OptionalInteger(column).value_or(0);
}

std::optional<std::int64_t> SqlRow::OptionalInteger(std::size_t column) const {
  const std::optional<std::string>& text = columns_.at(column);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

Result<SqlSession::Rows> SqlSession::Query(std::string_view sql, const Parameters& parameters) {
  RETURN_IF_ERROR(Flush());
  Result<Rows> rows = DoQuery(sql, parameters);
  if (!rows.ok()) failed_ = true;
  return rows;
}

Result<std::int64_t> SqlSession::Execute(std::string_view sql, const Parameters& parameters) {
  RETURN_IF_ERROR(Flush());
  kept_.clear();
  ++writes_;
  Result<std::int64_t> done = DoExecute(sql, parameters);
  if (!done.ok()) failed_ = true;
  return done;
}

Result<SqlRow> SqlSession::QueryOne(std::string_view sql, const Parameters& parameters,
                                    std::string_view what) {
  ASSIGN_OR_RETURN(std::vector<SqlRow> rows, Query(sql, parameters));
  if (rows.empty()) return Error(ErrorCode::kNotFound, std::string(what) + ": not found");
  return std::move(rows.front());
}

Result<std::shared_ptr<const SqlSession::Rows>> SqlSession::QueryKept(
    std::string_view sql, const Parameters& parameters) {
  const std::string question = QuestionOf(sql, parameters);
  if (const auto found = kept_.find(question); found != kept_.end()) return found->second;
  // What waits to be inserted is not asked for here.
  Result<Rows> rows = DoQuery(sql, parameters);
  if (!rows.ok()) {
    failed_ = true;
    return std::move(rows).error();
  }
  return kept_[question] = std::make_shared<const Rows>(*std::move(rows));
}

void SqlSession::InsertLater(std::string_view insert, Parameters row) {
  ++writes_;
  auto rows = std::find_if(later_.begin(), later_.end(),
                           [&](const LaterRows& known) { return known.insert == insert; });
  if (rows == later_.end()) {
    rows =
        later_.insert(later_.end(), {.insert = std::string(insert), .count = 0, .parameters = {}});
  }
  ++rows->count;
  std::move(row.begin(), row.end(), std::back_inserter(rows->parameters));
}

Status SqlSession::Flush() {
  if (later_.empty()) return {};
  for (const LaterRows& rows : std::exchange(later_, {})) RETURN_IF_ERROR(Insert(rows));
  return {};
}

Status SqlSession::Insert(const LaterRows& rows) {
  const std::size_t columns = rows.parameters.size() / rows.count;
  auto next = rows.parameters.begin();
  for (std::size_t left = rows.count; left > 0;) {
    const std::size_t together = std::min(std::bit_floor(left), kMostRows);
    std::string sql = rows.insert + " VALUES ";
    for (std::size_t row = 0; row < together; ++row) {
      sql += (row > 0 ? ", " : "") + Placeholders(row * columns + 1, columns);
    }
    const auto end = next + static_cast<std::ptrdiff_t>(together * columns);
    // Not Execute(): what is kept is of other tables.
    if (Result<std::int64_t> done = DoExecute(sql, {next, end}); !done.ok()) {
      failed_ = true;
      return std::move(done).error();
    }
    next = end;
    left -= together;
  }
  return {};
}

void SqlSession::Reset() {
  writes_ = 0;
  failed_ = false;
  kept_.clear();
  later_.clear();
}

}  // namespace injector
