#pragma once
// The file of `runner-shim scrub --values`: a JSON array of the values to scrub. An element is
//   "text"                            a value; its name is value-N, N its place, the first being 1
//   {"base64": "…"}                   any bytes
//   {"name": "…", "value": "…"}       a value with a name of its own; with "base64" likewise

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "runner_shim/scrub/scrub_value.h"

namespace runner_shim {

// The values of the file at `path`, which may be a pipe, but not our stdin. Errors name the file
// and the element, never a value. Blocking.
injector::Result<std::vector<ScrubSecret>> ReadValuesFile(const std::string& path);

// The same of its content.
injector::Result<std::vector<ScrubSecret>> ParseValues(std::string_view json);

}  // namespace runner_shim
