#pragma once
// Other names for connections that come from elsewhere, where two sources used one name for two
// things: --rename TYPE.ALIAS=NAME.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

struct Rename {
  ConnectionName from;  // the alias as it came, valid or not
  std::string to;
};

// kInvalidArgument: no TYPE.ALIAS=NAME, or a NAME that is no valid alias.
Result<Rename> ParseRename(std::string_view text);

// kNotFound, with the names that there are, when a rename fits none of `connections`.
Result<std::vector<Connection>> WithRenames(std::vector<Connection> connections,
                                            std::span<const Rename> renames);

// That every name is valid, that no alias is there twice, and that no type has two defaults.
// kConflict names all that clash, and the option that helps.
Status CheckNames(std::span<const Connection> connections);

}  // namespace injector
