#pragma once
// The reviews of tests/conformance/webhook, and what each must be answered:
//
//   NAME.review.json     what an API server sends; NAME.ordinary.…: under config-ordinary.yaml
//   NAME.patch.json      the patch, where there must be one
//   NAME.message.txt     the reason, where the pod must be denied; without both: allowed as it is

#include <ostream>
#include <string>
#include <vector>

namespace injector::testing {

struct WebhookCase {
  std::string name;
  std::string config;  // the file's path
  std::string review;
  std::string patch;    // empty: none
  std::string message;  // empty: allowed
};

// How GoogleTest shows one.
inline void PrintTo(const WebhookCase& row, std::ostream* out) { *out << row.name; }

// By name. Ends the test program when a file cannot be read.
std::vector<WebhookCase> WebhookCases();
// Requires: there is one of this name.
WebhookCase WebhookCaseNamed(const std::string& name);

}  // namespace injector::testing
