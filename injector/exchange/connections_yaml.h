#pragma once
// connections.yaml as an export: whole, with its values (sources/connections_file/FORMAT.md).

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector {

// The connections of a file with every ${VAR} filled in from `environment`, NAME=value each. Errors
// are those of the file (connections_file.h, resolve.h), and kInvalidArgument for {{ var.KEY }}:
// what it means depends on where the connection is used.
Result<std::vector<Connection>> ReadConnectionsYaml(std::string_view text, const std::string& name,
                                                    std::span<const Secret> environment);

// `text` so that a connections.yaml means just this by it: dollars and double braces escaped.
Secret LiteralText(std::string_view text);

// `connection` with every text as LiteralText.
Connection WithLiteralTexts(const Connection& connection);

// The file as a value: {version: 1, connections: {TYPE: {ALIAS: {FIELD: …}}}}. Errors as below.
Result<Value> ConnectionsYamlDocument(std::span<const Connection> connections);

// The file. Texts are written as they are: `${VAR}` in one is a variable to whoever reads it.
// kInvalidArgument for a field that the format has no place for, because its name is a key of the
// format; kConflict for two connections of one full name.
Result<Secret> WriteConnectionsYaml(std::span<const Connection> connections);

}  // namespace injector
