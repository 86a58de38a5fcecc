#pragma once
// A number that grows with every change of what jobs of an org may get, so that a job that waits
// for changes asks one small question.

#include <cstdint>
#include <string>

#include "injector/base/result.h"
#include "injector/service/ledger.h"

namespace injector {

Status RaiseRevision(Act& act);
Result<std::int64_t> ReadRevision(SqlSession& session, const std::string& org_id);

}  // namespace injector
