#pragma once
// How much argv and environment the kernel takes, checked before the fork so that the error can
// say which variable is to blame. Source: execve(2), "Limits on size of arguments and environment".

#include <cstddef>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "runner_shim/process/child_command.h"

namespace runner_shim {

// The longest single argument or "NAME=value" (32 pages, less the NUL).
inline constexpr std::size_t kLongestExecString = 131'071;

// The bytes that all of it together may take under the soft stack limit `stack_limit`: a quarter
// of it, at least 128 KiB, at most 6 MiB.
std::size_t ExecSizeLimit(std::size_t stack_limit);

// kInvalidArgument when execve would fail with E2BIG; the message names what is too long, or the
// three largest variables. `path_length`: of the longest file name to be tried.
injector::Status CheckExecSize(const ChildCommand& command, std::size_t path_length);

// The name of a "NAME=value" entry, which is no secret.
std::string EntryName(std::string_view entry);

}  // namespace runner_shim
