#pragma once
// SqlSession over SOCI (https://soci.sourceforge.net, Boost licence). The library throws, and its
// messages quote parameters: neither leaves this file's .cc.

#include <memory>
#include <string>

#include "injector/base/result.h"
#include "injector/service/store/session_limits.h"
#include "injector/service/store/sql_session.h"

namespace injector {

// Opens the SQLite database in the file at `path`, made (0600) if it is not there: write-ahead log,
// synchronous=FULL, foreign keys enforced; a statement waits up to 30 s for another process's lock.
Result<std::unique_ptr<SqlSession>> OpenSqlite(const std::string& path);

// Connects to a PostgreSQL server by a connection URI (PostgreSQL manual, section 34.1.1.2). What
// the URI itself says of time-outs and keep-alive of the connection stands. A server from which
// nothing is heard for limits.statement and limits.silence together is taken for gone.
Result<std::unique_ptr<SqlSession>> ConnectPostgres(const std::string& url,
                                                    const SessionLimits& limits = {});

}  // namespace injector
