#pragma once
// One secret as the scrubber is told of it. scrub/ knows nothing of connections: names are only
// shown.

#include <string>

#include "injector/base/secret.h"

namespace runner_shim {

struct ScrubSecret {
  std::string name;  // what `{name}` in a mask and the report show
  injector::Secret value;
  // The field is secret in itself, so of a URL without userinfo its path counts (webhooks).
  bool whole_url_is_secret = true;
};

}  // namespace runner_shim
