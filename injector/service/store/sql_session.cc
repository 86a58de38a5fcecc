#include "injector/service/store/sql_session.h"

#include <charconv>

namespace injector {

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

Result<SqlRow> SqlSession::QueryOne(std::string_view sql, const Parameters& parameters,
                                    std::string_view what) {
  ASSIGN_OR_RETURN(std::vector<SqlRow> rows, Query(sql, parameters));
  if (rows.empty()) return Error(ErrorCode::kNotFound, std::string(what) + ": not found");
  return std::move(rows.front());
}

}  // namespace injector
