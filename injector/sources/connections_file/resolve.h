#pragma once
// A connection of connections.yaml with every `${NAME}` filled in: once, never recursively, and
// only when it is asked for.

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/sources/connections_file/connections_file.h"

namespace injector {

// The value of a variable; nullopt when it is not set or empty. The view lives as long as what is
// looked in.
using EnvironmentLookup = std::function<std::optional<std::string_view>(std::string_view name)>;

struct ResolvedConnection {
  Connection connection;
  std::vector<OpenText> open_texts;  // OpenText::connection is 0
  std::vector<Ingredient> ingredients;
};

// kFailedPrecondition names place, connection, field and variable of everything that is not set.
Result<ResolvedConnection> ResolveConnection(const ConnectionsFile& file,
                                             const FileConnection& connection,
                                             const EnvironmentLookup& lookup);

}  // namespace injector
