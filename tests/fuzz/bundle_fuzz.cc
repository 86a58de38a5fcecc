// Any bytes as what `connections import` reads, in every format: no crash; what is read can be
// exported as JSON and read back the same, and whatever else can be exported can be read.

#include <set>
#include <string>

#include "injector/base/utf8.h"
#include "injector/exchange/bundle_text.h"
#include "injector/exchange/rename.h"
#include "tests/fuzz/fuzz_support.h"

namespace {

using namespace injector;

// What an import would take: every connection right, no name twice.
bool IsImportable(const Bundle& bundle) {
  for (const Connection& connection : bundle.connections) {
    if (!CheckConnection(connection).ok()) return false;
  }
  std::set<std::string> keys;
  for (const Variable& variable : bundle.variables) {
    if (!keys.insert(variable.key).second) return false;
  }
  return CheckNames(bundle.connections).ok();
}

void CheckExport(const Bundle& bundle, BundleFormat format) {
  const Result<Secret> written = WriteBundle(bundle, format, SecretView::kRevealed);
  if (format == BundleFormat::kJson) fuzz::Require(written.ok());
  if (!written.ok()) return;
  const Result<Bundle> again = ParseBundle(written->Reveal(), format, "g", {});
  fuzz::Require(again.ok());
  fuzz::Require(again->connections.size() == bundle.connections.size());
  if (format != BundleFormat::kJson) return;
  fuzz::RequireSame(bundle.connections, again->connections);
  fuzz::Require(again->variables.size() == bundle.variables.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::TextOf(data, size);
  static_cast<void>(GuessBundleFormat(text));
  constexpr BundleFormat kFormats[] = {BundleFormat::kJson, BundleFormat::kAirflowJson,
                                       BundleFormat::kYaml, BundleFormat::kEnv};
  for (const BundleFormat format : kFormats) {
    const Result<Bundle> bundle = ParseBundle(text, format, "f", {});
    // What an import would refuse is not exported; nor is what no JSON can hold.
    if (!bundle.ok() || !IsValidUtf8(text) || !IsImportable(*bundle)) continue;
    for (const BundleFormat other : kFormats) CheckExport(*bundle, other);
  }
  return 0;
}
