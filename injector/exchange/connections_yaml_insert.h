#pragma once
// One more connection in a connections.yaml that people keep. The file is theirs: lines are put in,
// and every byte that was there, comments and all, stays.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector {

// The text of the file with `connection` in it, last of its type; an empty text, or one of comments
// alone, becomes a whole file. Texts of the connection are written as they are
// (connections_yaml.h). `name` stands for the file in messages, which hold no value.
//
// kAlreadyExists when there is a connection of that name; kFailedPrecondition when it cannot be put
// in without changing what is there: flow style ({…}), an alias (*x), a document that is not the
// last thing in the file. Otherwise as ConnectionsFile::Parse.
Result<Secret> InsertIntoConnectionsYaml(std::string_view text, const std::string& name,
                                         const Connection& connection);

// The lines to put in by hand, below `connections:`. kInvalidArgument as WriteConnectionsYaml.
Result<Secret> ConnectionsYamlLines(const Connection& connection);

}  // namespace injector
