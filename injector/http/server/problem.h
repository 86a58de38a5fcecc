#pragma once
// Errors as answers: problem details (RFC 9457), with the code and message once more in a member
// `error`. Nothing of the request is echoed.

#include <string_view>

#include "injector/base/error.h"
#include "injector/http/server/server.h"

namespace injector::http {

// The status for an error's code: the one table of the project.
int StatusOf(ErrorCode code);

// An answer with `status`. `code` is a name that programs can rely on, `message` one for people.
ServerResponse ProblemResponse(int status, std::string_view code, std::string_view message);

// `error` as an answer. What went wrong inside (kInternal, kDataLoss) is not told to strangers.
ServerResponse ProblemFor(const Error& error);

// The answer for a status that the HTTP layer itself has come to (400, 404, 413, 414, 431 …).
ServerResponse ProblemForStatus(int status);

}  // namespace injector::http
