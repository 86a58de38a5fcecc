#pragma once
// For tests that run a program as another user: a checkout below a home directory is closed to
// everyone else.

#include <string>

namespace injector::testing {

// `program` where every user can run it: its own path, if all directories on the way are open, else
// that of a copy, which is kept until the test program ends.
std::string ForAnyUser(const std::string& program);

}  // namespace injector::testing
