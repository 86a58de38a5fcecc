// Any bytes as YAML, as connections.yaml and as an override policy: no crash, and what is read can
// be written and read back the same.

#include "injector/base/utf8.h"
#include "injector/inject/job_file/override_policy.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/sources/connections_file/resolve.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/write.h"
#include "tests/fuzz/fuzz_support.h"

namespace {

using namespace injector;

void CheckRoundTrip(std::string_view text) {
  const Result<YamlNode> node = ParseYaml(text, "f");
  if (!node.ok() || !IsValidUtf8(text)) return;
  const Value value = ToValue(*node);
  const Result<YamlNode> again = ParseYaml(WriteYaml(value).Reveal(), "again");
  fuzz::Require(again.ok() && ToValue(*again) == value);
}

void CheckConnectionsFile(std::string_view text) {
  const Result<ConnectionsFile> file = ConnectionsFile::Parse(text, "f");
  if (!file.ok()) return;
  for (const FileFinding& finding : file->Check()) fuzz::Require(!finding.message.empty());
  const auto lookup = [](std::string_view name) {
    return name.size() % 2 == 0 ? std::optional<std::string_view>("${x}") : std::nullopt;
  };
  for (const FileConnection& connection : file->connections()) {
    // Filled in once: what a variable brings in stays as it is.
    const Result<ResolvedConnection> resolved = ResolveConnection(*file, connection, lookup);
    if (resolved.ok()) {
      fuzz::Require(resolved->connection.fields.size() == connection.fields.size());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::TextOf(data, size);
  CheckRoundTrip(text);
  CheckConnectionsFile(text);
  const auto policy = OverridePolicy::Parse(text, "f");
  if (policy.ok()) static_cast<void>(policy->RuleFor(Connection(), "a.b"));
  return 0;
}
