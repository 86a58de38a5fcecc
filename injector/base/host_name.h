#pragma once

#include <string>

namespace injector {

// This machine's, gethostname(2); empty when it has none.
std::string HostName();

}  // namespace injector
