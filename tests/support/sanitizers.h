#pragma once
// Which sanitizer the tests are compiled with: their runtimes change what a process sees of itself.

namespace injector::testing {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitizer = true;
#elif !defined(__has_feature)
inline constexpr bool kThreadSanitizer = false;
#else
inline constexpr bool kThreadSanitizer = __has_feature(thread_sanitizer);
#endif

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitizer = true;
#elif !defined(__has_feature)
inline constexpr bool kAddressSanitizer = false;
#else
inline constexpr bool kAddressSanitizer = __has_feature(address_sanitizer);
#endif

}  // namespace injector::testing
