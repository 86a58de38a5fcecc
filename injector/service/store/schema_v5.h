#pragma once
// Which programs serve just now.

#include <array>
#include <string_view>

namespace injector {

inline constexpr std::array kSchemaV5 = {
    // serving_programs.h. Nothing that decides who gets what.
    std::string_view(R"sql(
CREATE TABLE serving_programs (
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  key_id TEXT NOT NULL,
  seen_at BIGINT NOT NULL))sql"),
};

}  // namespace injector
