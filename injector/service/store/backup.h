#pragma once
// Copies of an SQLite database, and the way back. A PostgreSQL database has pg_dump and pg_restore
// (deploy/guides/replicas.md).

#include <string>

#include "injector/base/result.h"

namespace injector {

// Copies the SQLite database at `url` (sqlite:FILE) to a new file at `path`, mode 0600, as it is at
// one moment, while others go on writing; durable when it returns. kAlreadyExists when there is
// something at `path`; kInvalidArgument for other databases; kNotFound when there is none.
Status BackUp(const std::string& url, const std::string& path);

// Makes the SQLite database at `url` out of the copy at `path`, which stays as it is: mode 0600,
// checked as a whole, durable when it returns; nothing is left of one that fails. kAlreadyExists
// when there is a database at `url`, or what SQLite has left of one; kFailedPrecondition when the
// copy has a log beside it: then it is no copy but a database in use, or half of one; kDataLoss
// when it is damaged; kInvalidArgument for other databases, and when it is none of the service's.
Status Restore(const std::string& path, const std::string& url);

}  // namespace injector
