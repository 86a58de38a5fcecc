#include "injector/cli/files/file_kind.h"

#include <algorithm>
#include <iterator>

#include "injector/sources/connections_file/yaml_source.h"

namespace injector {
namespace {

constexpr std::string_view kNames[] = {"connections", "job",     "policy",
                                       "template",    "webhook", "issuers"};
constexpr std::string_view kTemplateExtension = ".tmpl";

}  // namespace

Result<FileKind> ParseFileKind(std::string_view name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found != std::end(kNames)) return static_cast<FileKind>(found - std::begin(kNames));
  return Error(ErrorCode::kInvalidArgument,
               "expected connections, job, policy, template, webhook or issuers");
}

std::optional<FileKind> FileKindByName(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  for (const std::string_view known : kConnectionsFileNames) {
    if (name == known) return FileKind::kConnections;
  }
  const bool is_template =
      name.ends_with(kTemplateExtension) || name.find(".tmpl.") != std::string::npos;
  if (is_template) return FileKind::kTemplate;
  return std::nullopt;
}

std::optional<FileKind> FileKindByKeys(const YamlNode& root) {
  // First: a component's file may hold anything else beside its policy.
  if (root.Find("x-connection-fields") != nullptr) return FileKind::kPolicy;
  if (root.Find("shim_image") != nullptr) return FileKind::kWebhook;
  if (root.Find("issuers") != nullptr) return FileKind::kIssuers;
  // A map by type in one, a list of references in the other.
  if (const YamlNode* connections = root.Find("connections")) {
    return connections->kind == YamlNode::Kind::kList ? FileKind::kJob : FileKind::kConnections;
  }
  for (const std::string_view key : {"variables", "files", "on_conflict"}) {
    if (root.Find(key) != nullptr) return FileKind::kJob;
  }
  return std::nullopt;
}

}  // namespace injector
