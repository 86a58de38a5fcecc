#pragma once
// What a job would get of the connection that is being checked. Checks take from here whatever
// tools read in another form than the fields have (a URL made of parts, a protocol that follows
// from a login), so that a check and a job cannot reach out differently.

#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/inject/injection.h"
#include "injector/model/connection.h"

namespace injector::doctor {

// What the connection becomes for a job that asks for nothing else and has all that one can have:
// an endpoint for its tools, a program that answers for logins. An error, without the connection's
// name: no job that asks for it starts.
Result<Injection> InjectionOf(const Connection& connection);

// The text of a variable; empty where the job gets none of that name.
Secret VariableIn(const Injection& injection, std::string_view name);
// The content of the file whose path a variable holds; empty likewise. Paths of other files that
// belong into it are left out.
Secret FileIn(const Injection& injection, std::string_view variable);

}  // namespace injector::doctor
