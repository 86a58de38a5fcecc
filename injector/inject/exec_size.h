#pragma once
// Whether the kernel will take a command with its environment, asked before anything is started, so
// that "argument list too long" comes with a name. The rules are those of execve(2), "Limits on
// size of arguments and environment", and of bprm_stack_limits() in Linux' fs/exec.c.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// One string, its terminating NUL not counted (MAX_ARG_STRLEN is 32 pages with it).
inline constexpr std::size_t kMaxExecString = 131071;

struct ExecImage {
  std::string_view path;  // of the program, as it is given to execve
  std::span<const std::string> argv;
  std::span<const Secret> environment;
  std::uint64_t stack_limit;  // soft RLIMIT_STACK in bytes; RLIM_INFINITY as it is
};

// Bytes for all strings with their NULs, 8 for each pointer, and the path.
std::uint64_t ExecLimit(std::uint64_t stack_limit);

// kInvalidArgument names the variable or the argument's number that is too long, or the largest one
// when only the sum is. Never a value.
Status CheckExecSize(const ExecImage& image);

}  // namespace injector
