#pragma once
// What runner-shim itself says: one line each on stderr, "runner-shim: …", then "hint: …" where a
// person can act. stdout belongs to the job. Each message is one write(2), so that lines of several
// processes do not mix.

#include <string_view>

#include "injector/base/error.h"

namespace runner_shim {

void Say(std::string_view message);
void SayHint(std::string_view hint);
void SayError(const injector::Error& error);

}  // namespace runner_shim
