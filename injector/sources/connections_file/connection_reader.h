#pragma once
// One alias of connections.yaml. For connections_file.cc alone.

#include <functional>
#include <string>

#include "injector/base/result.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/yaml/node.h"
#include "injector/yaml/reader.h"

namespace injector {

// Requires: `name` is valid.
Result<FileConnection> ReadFileConnection(const YamlReader& reader, ConnectionName name,
                                          const YamlNode::Member& alias);

// Calls `visit` for every scalar of `node`, with its path below `path`, until one fails.
Status ForEachScalar(const YamlNode& node, const std::string& path,
                     const std::function<Status(const YamlNode&, const std::string&)>& visit);

}  // namespace injector
