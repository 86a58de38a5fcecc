#pragma once
// How connections are shown on a terminal. As JSON they are shown by connection_json.h.

#include <chrono>
#include <string>
#include <vector>

#include "injector/cli/text.h"
#include "injector/model/connection.h"
#include "injector/model/connection_json.h"

namespace injector {

// Name, settings and one line a field, "extra.region_name" for what stands inside; a value of
// several lines as a block of lines that begin with "  | ". Hidden secrets show as ***. A Secret,
// for with kRevealed it holds them.
Secret ConnectionAsText(const Connection& connection, SecretView view,
                        std::chrono::system_clock::time_point now, const Emphasis& emphasis);

}  // namespace injector
