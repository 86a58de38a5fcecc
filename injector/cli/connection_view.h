#pragma once
// How connections are shown on a terminal. As JSON they are shown by connection_json.h.

#include <string>
#include <vector>

#include "injector/cli/text.h"
#include "injector/model/connection.h"
#include "injector/model/connection_json.h"

namespace injector {

// Name, settings and one line a field, "extra.region_name" for what stands inside. Hidden secrets
// show as ***. A Secret, for with kRevealed it holds them.
Secret ConnectionAsText(const Connection& connection, SecretView view, const Emphasis& emphasis);

}  // namespace injector
