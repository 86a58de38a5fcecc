#pragma once
// Parts: secrets inside a secret, which tools print on their own. The password of a database URL,
// the private key inside a service-account file.

#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace runner_shim {

// Whether of a URL without user and password its path is a secret too: so with webhooks, not with
// the host field of a connection.
enum class UrlPath { kOpen, kSecret };

// The parts of `value`, in its order, without parts of those:
//   of a JSON text its strings of at least 8 bytes, but for fields that are known to be open;
//   of a URL its password, or else its user, as written and percent-decoded; without either, its
//   path and query of at least 16 bytes if `url_path` says so.
std::vector<injector::Secret> PartsOf(std::string_view value, UrlPath url_path);

}  // namespace runner_shim
