#include "injector/exchange/bundle_text.h"

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/exchange/bundle_json.h"
#include "injector/exchange/connections_yaml.h"
#include "injector/exchange/env_bundle.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

// The first line that is no comment, without `export `.
std::string_view FirstLine(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = StripAsciiSpace(text.substr(0, end));
    if (!line.empty() && line.front() != '#') {
      return line.starts_with("export ") ? line.substr(7) : line;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

Result<Bundle> ParseYamlBundle(std::string_view text, const std::string& name,
                               std::span<const Secret> environment) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, name));
  const YamlNode* connections = root.Find("connections");
  if (connections != nullptr && connections->kind == YamlNode::Kind::kMap) {
    Bundle bundle;
    ASSIGN_OR_RETURN(bundle.connections, ReadConnectionsYaml(text, name, environment));
    return bundle;
  }
  Result<Bundle> bundle = BundleFromJson(ToValue(root));
  if (!bundle.ok()) return std::move(bundle).error().WithContext(name);
  return bundle;
}

Result<Bundle> ParseEnvBundle(std::string_view text) {
  ASSIGN_OR_RETURN(const std::vector<EnvEntry> entries, ParseEnvLines(text));
  return BundleFromEnv(entries, OtherEntries::kAreConnections);
}

Result<Bundle> ParseJsonBundle(std::string_view text) {
  ASSIGN_OR_RETURN(const Value document, ParseJson(text));
  return BundleFromJson(document);
}

// Literal, for what is exported are values and no references to any.
Result<Secret> WriteYamlBundle(const Bundle& bundle, SecretView view) {
  std::vector<Connection> connections;
  for (const Connection& connection : bundle.connections) {
    connections.push_back(WithLiteralTexts(connection));
    if (view == SecretView::kRevealed) continue;
    Connection visible = connection.Clone();
    visible.fields = HideSecrets(connection).fields;
    connections.back() = WithLiteralTexts(visible);
  }
  return WriteConnectionsYaml(connections);
}

Result<Secret> WriteJsonBundle(const Bundle& bundle, BundleFormat format, SecretView view) {
  Value document = BundleToJson(bundle, view);
  if (format == BundleFormat::kAirflowJson) {
    ASSIGN_OR_RETURN(document, BundleToAirflowJson(bundle, view));
  }
  return Secret::Concat({WriteJson(document, JsonStyle::kIndented).Reveal(), "\n"});
}

}  // namespace

Result<BundleFormat> ParseBundleFormat(std::string_view name) {
  if (name == "json") return BundleFormat::kJson;
  if (name == "airflow-json") return BundleFormat::kAirflowJson;
  if (name == "yaml") return BundleFormat::kYaml;
  if (name == "env") return BundleFormat::kEnv;
  return Error(ErrorCode::kInvalidArgument, "expected json, yaml, env or airflow-json");
}

BundleFormat GuessBundleFormat(std::string_view text) {
  const std::string_view line = FirstLine(text);
  if (line.starts_with('{') || line.starts_with('[')) return BundleFormat::kJson;
  const std::size_t name_end = line.find_first_of("=: \"'");
  const bool is_assignment = name_end != std::string_view::npos && line[name_end] == '=';
  return is_assignment ? BundleFormat::kEnv : BundleFormat::kYaml;
}

Result<Bundle> ParseBundle(std::string_view text, BundleFormat format, const std::string& name,
                           std::span<const Secret> environment) {
  if (format == BundleFormat::kYaml) return ParseYamlBundle(text, name, environment);
  Result<Bundle> bundle =
      format == BundleFormat::kEnv ? ParseEnvBundle(text) : ParseJsonBundle(text);
  if (!bundle.ok()) return std::move(bundle).error().WithContext(name);
  return bundle;
}

Result<Secret> WriteBundle(const Bundle& bundle, BundleFormat format, SecretView view) {
  if (format == BundleFormat::kYaml) return WriteYamlBundle(bundle, view);
  if (format == BundleFormat::kEnv) return BundleToEnv(bundle, view);
  return WriteJsonBundle(bundle, format, view);
}

}  // namespace injector
