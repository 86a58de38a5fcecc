#pragma once
// The kinds of files that people write for this project, and which of them a file is.

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/yaml/node.h"

namespace injector {

enum class FileKind { kConnections, kJob, kPolicy, kTemplate, kWebhook, kIssuers };

// Of "connections", "job", "policy", "template", "webhook", "issuers". kInvalidArgument does not
// repeat `name`.
Result<FileKind> ParseFileKind(std::string_view name);

// What the name of a file tells: NAME.tmpl and NAME.tmpl.EXTENSION are templates,
// connections.yaml and osiris_connections.yaml are themselves; nullopt for all others.
std::optional<FileKind> FileKindByName(const std::string& path);
// What the keys of a YAML document tell; nullopt when it has none of those that matter.
std::optional<FileKind> FileKindByKeys(const YamlNode& root);

}  // namespace injector
