#pragma once
// The file of --oidc, checked against the database and ready to verify tokens.

#include <memory>
#include <string>

#include "injector/base/result.h"
#include "injector/rest/log.h"
#include "injector/service/desk.h"
#include "injector/service/job_tokens.h"

namespace injector {

// kInvalidArgument for a file that cannot be used; kNotFound for an org that is not there. Both
// must outlive what it gives, which says in `log` when an issuer's keys cannot be had.
Result<std::unique_ptr<JobTokens>> OpenJobTokens(Desk& desk, const std::string& path,
                                                 rest::Log& log);

}  // namespace injector
