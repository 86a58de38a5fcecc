#include "tests/conformance/webhook_cases.h"

#include <algorithm>
#include <filesystem>

#include "injector/base/file.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

constexpr std::size_t kLimit = std::size_t{1} << 20;

std::string ReadIfThere(const std::string& path) {
  if (!std::filesystem::exists(path)) return {};
  return std::string(ReadFile(path, kLimit).value().Reveal());
}

}  // namespace

std::vector<WebhookCase> WebhookCases() {
  constexpr std::string_view kEnding = ".review.json";
  const std::string directory = tests::SourceFile("conformance/webhook");
  std::vector<WebhookCase> cases;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string path = entry.path();
    if (!path.ends_with(kEnding)) continue;
    const std::string stem = path.substr(0, path.size() - kEnding.size());
    const bool is_ordinary = stem.ends_with(".ordinary");
    cases.push_back({.name = stem.substr(directory.size() + 1),
                     .config = directory + (is_ordinary ? "/config-ordinary.yaml" : "/config.yaml"),
                     .review = ReadIfThere(path),
                     .patch = ReadIfThere(stem + ".patch.json"),
                     .message = ReadIfThere(stem + ".message.txt")});
  }
  std::sort(cases.begin(), cases.end(),
            [](const WebhookCase& a, const WebhookCase& b) { return a.name < b.name; });
  return cases;
}

WebhookCase WebhookCaseNamed(const std::string& name) {
  const std::vector<WebhookCase> cases = WebhookCases();
  return *std::find_if(cases.begin(), cases.end(),
                       [&](const WebhookCase& row) { return row.name == name; });
}

}  // namespace injector::testing
