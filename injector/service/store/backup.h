#pragma once

#include <string>

#include "injector/base/result.h"

namespace injector {

// Copies the SQLite database at `url` (sqlite:FILE) to a new file at `path`, mode 0600, as it is at
// one moment, while others go on writing; durable when it returns. kAlreadyExists when there is
// something at `path`; kInvalidArgument for other databases; kNotFound when there is none.
Status BackUp(const std::string& url, const std::string& path);

}  // namespace injector
