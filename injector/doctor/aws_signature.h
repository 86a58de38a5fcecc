#pragma once
// Signature Version 4 of Amazon Web Services (AWS General Reference, "Signing AWS API requests").
// libcurl's own is not in the small libcurl that we link.

#include <chrono>
#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/http/client/client.h"

namespace injector::doctor {

struct AwsKeys {
  std::string id;
  Secret secret;
  Secret session_token;  // empty: the keys are lasting ones
};

struct AwsScope {
  std::string region;
  std::string service;  // "s3", whose signature also covers the body's digest as a header, "sts"
};

// `request` with the headers that sign it as it is. Requires: its URL has no query, and its path is
// made of characters that need no encoding.
Result<http::ClientRequest> SignForAws(http::ClientRequest request, const AwsKeys& keys,
                                       const AwsScope& scope,
                                       std::chrono::system_clock::time_point now);

}  // namespace injector::doctor
