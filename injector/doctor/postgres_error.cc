#include "injector/doctor/postgres_error.h"

#include <algorithm>
#include <iterator>

#include "injector/base/ascii.h"
#include "injector/doctor/mask.h"

namespace injector::doctor {
namespace {

constexpr std::size_t kStateSize = 5;
constexpr std::string_view kBefore = ":  ";  // two spaces, between severity and state
constexpr std::string_view kAfter = ": ";

bool IsState(std::string_view text) {
  return text.size() == kStateSize &&
         std::ranges::all_of(text, [](char c) { return IsAsciiDigit(c) || IsAsciiUpper(c); });
}

struct StateRow {
  std::string_view state;  // or the two characters of its class
  std::string_view meaning;
};
// The first that a state begins with.
constexpr StateRow kStates[] = {
    {"28P01", "password authentication failed"},
    {"28", "the server does not let this login in"},
    {"3D", "the database does not exist"},
    {"42501", "permission denied"},
    {"53300", "too many connections"},
    {"53", "the server is short of resources"},
    {"57P03", "the server is starting up or shutting down"},
    {"57", "the server ends the session"},
    {"08", "the connection failed"},
    {"0A", "the server does not support it"},
    {"22", "the server does not take a value"},
    {"25", "the server does not allow it now"},
    {"42", "the server does not allow or know it"},
    {"55", "the server is not in the state for it"},
    {"58", "the server's system failed"},
    {"F0", "the server's configuration is wrong"},
    {"XX", "an internal error of the server"},
};

// Parts of messages of libpq 15 (its translatable texts) and of the systems below it.
constexpr std::string_view kOwnWords[] = {
    "Connection refused",
    "Connection timed out",
    "No route to host",
    "Network is unreachable",
    "could not translate host name",
    "no password supplied",
    "server does not support SSL, but SSL was required",
    "certificate verify failed",
    "does not match host name",
    "tlsv1 alert",
    "sslv3 alert",
    "root certificate file",
    "certificate present, but not private key file",
    "certificate does not match private key file",
    "could not open certificate file",
    "could not read certificate file",
    "could not load private key file",
    "private key file",
    "SSL SYSCALL error",
    "SSL error",
    "received invalid response to SSL negotiation",
    "expected authentication request from server",
    "channel binding",
    "authentication method",
    "invalid port number",
    "invalid sslmode value",
    "No such file or directory",
    "Permission denied",
    "server closed the connection unexpectedly",
    "could not receive data from server",
    "could not send",
};

}  // namespace

std::string DescribePostgresError(const PostgresError& error) {
  if (error.state.empty()) {
    const std::string_view known = KnownWords(error.message, kOwnWords);
    return known.empty() ? "libpq could not log in" : std::string(known);
  }
  const auto* const row = std::ranges::find_if(
      kStates, [&](const StateRow& one) { return error.state.starts_with(one.state); });
  if (row == std::end(kStates)) return "an error that PostgreSQL does not have";
  return std::string(row->meaning) + " (SQLSTATE " + error.state + ")";
}

PostgresError ParsePostgresError(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  for (std::size_t at = line.find(kBefore); at != line.npos; at = line.find(kBefore, at + 1)) {
    const std::string_view rest = line.substr(at + kBefore.size());
    if (!IsState(rest.substr(0, kStateSize))) continue;
    if (!rest.substr(kStateSize).starts_with(kAfter)) continue;
    return {std::string(rest.substr(0, kStateSize)),
            std::string(rest.substr(kStateSize + kAfter.size()))};
  }
  return {"", std::string(line)};
}

ErrorCode CodeOfPostgresState(std::string_view state) {
  if (state.empty() || state.starts_with("08") || state.starts_with("53") ||
      state.starts_with("57P")) {
    return ErrorCode::kUnavailable;
  }
  if (state.starts_with("28")) return ErrorCode::kUnauthenticated;
  if (state.starts_with("3D")) return ErrorCode::kNotFound;
  if (state == "42501") return ErrorCode::kPermissionDenied;
  return ErrorCode::kFailedPrecondition;
}

}  // namespace injector::doctor
