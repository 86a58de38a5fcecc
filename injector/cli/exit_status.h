#pragma once
// The exit statuses of `injector`, as `injector --help` explains them.

namespace injector {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;      // the words were understood; what they ask for failed
inline constexpr int kExitWrongUsage = 2;  // the words are wrong, whatever is in the store

}  // namespace injector
