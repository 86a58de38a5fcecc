#pragma once
// Where tools fetch credentials by themselves, as often as they like: a sidecar's address on this
// machine, and the token that opens it for one job alone.

#include <string>

#include "injector/base/secret.h"

namespace injector {

struct CredentialEndpoint {
  std::string url;  // without the slash at its end: "http://127.0.0.1:4711/v1/credentials"
  Secret token;
};

}  // namespace injector
