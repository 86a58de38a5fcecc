#pragma once
// What there is to say of a connection before it is stored: what is refused because it was surely
// meant otherwise, and what works and may yet surprise. Nothing here holds a value.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

// kInvalidArgument for an unknown type beside a known one ("postgress"), which it names. Other
// unknown types are their user's own.
Status RefuseMisspeltType(std::string_view type);

// The same for a field that `type` does not know beside one that it does.
Status RefuseMisspeltField(std::string_view type, std::string_view field_name);

// kInvalidArgument for the first field whose value `type` cannot take (a port over 65535, an
// sslmode that there is not), unless it stood in `former` already; nullptr: there was none.
Status RefuseBadValues(const Connection* former, const Connection& connection);

// Sentences about a connection that is stored all the same: what is missing, what no job will get,
// why a job would not start with it, that it has expired.
std::vector<std::string> AdviceOn(const Connection& connection,
                                  std::chrono::system_clock::time_point now);

// The same for one that was not there before: also that its type has no variables of its own.
std::vector<std::string> AdviceOnNew(const Connection& connection,
                                     std::chrono::system_clock::time_point now);

// "secret: api_token, dsn; shown: note", each by path; an ellipsis after the first dozen.
std::string DescribeSecrecy(const Connection& connection);

// Whether the secrecy of some field hangs on its name alone, because its type does not know it.
bool SecrecyHangsOnNames(const Connection& connection);

}  // namespace injector
