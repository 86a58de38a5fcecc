#pragma once
// runner-shim under the name of a credential helper, as the job's tools run it: it asks the job's
// shim for the login. Nothing is kept here, and nothing is taken: `store` and `erase` are refused,
// or passed over where the tool expects that.
//
// Sources: gitcredentials(7), "CUSTOM HELPERS"; docker/docker-credential-helpers, README.md and
// credentials/credentials.go (Apache-2.0) for the words on stdin and stdout.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner_shim/job/start_environment.h"
#include "runner_shim/mask/mask_protocol.h"

namespace runner_shim {

// What a program called `name` (argv[0]) is to be asked for; nullopt for runner-shim itself.
std::optional<ShimRequest> HelperCalled(std::string_view name);

// The exit status. Blocking.
int RunHelper(ShimRequest kind, const std::vector<std::string>& arguments,
              const StartEnvironment& environment);

}  // namespace runner_shim
