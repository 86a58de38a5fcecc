#pragma once
// What libpq says of a failure, taken apart.

#include <string>
#include <string_view>

#include "injector/base/error.h"

namespace injector::doctor {

struct PostgresError {
  std::string state;    // SQLSTATE, "28P01"; empty: libpq itself has failed, or the network
  std::string message;  // one line, without severity and state
};

// What to show of it, in words of ours: "password authentication failed (SQLSTATE 28P01)". A state
// of no class that PostgreSQL has is not shown.
std::string DescribePostgresError(const PostgresError& error);

// Of PQerrorMessage() at PQERRORS_VERBOSE. Servers word messages in their own language; the state
// stays.
PostgresError ParsePostgresError(std::string_view text);

// PostgreSQL manual, "PostgreSQL Error Codes".
ErrorCode CodeOfPostgresState(std::string_view state);

}  // namespace injector::doctor
