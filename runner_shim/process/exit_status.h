#pragma once
// The exit statuses of `runner-shim` that are not the command's own: those of env(1) and
// timeout(1), as `runner-shim --help` explains them. Which error of ours ends in 124 and which in
// 125 is decided by injector::ExitStatus (injector/base/error.h).

namespace runner_shim {

inline constexpr int kExitMasked = 123;         // --on-leak fail: something was masked
inline constexpr int kExitOwnFailure = 125;     // the shim itself failed, or was used wrongly
inline constexpr int kExitCannotExecute = 126;  // the command is there and cannot be run
inline constexpr int kExitNotFound = 127;       // there is no such command
inline constexpr int kExitSignalBase = 128;  // + the signal that ended the command, as in a shell

}  // namespace runner_shim
