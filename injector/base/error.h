#pragma once
// What went wrong, in terms of what the caller can do about it. Every fallible function of the
// project returns a Result (result.h) that holds one of these; our code does not throw.
//
// A message says what, where and what was expected ("open /x: no such file", "nonce: expected 12
// bytes, got 8"): lower case, no full stop, context put in front once per layer. It never holds a
// secret value, whole or in part.

#include <string>
#include <string_view>

namespace injector {

// The same meanings as in google.rpc.Code. The two that matter most to callers: kUnavailable may
// succeed if tried again; everything else will not, without a change.
enum class ErrorCode {
  kInvalidArgument,     // the request itself is malformed
  kNotFound,            // what was named does not exist
  kPermissionDenied,    // the caller is known and may not
  kUnauthenticated,     // the caller is not known
  kFailedPrecondition,  // the state forbids it: wrong key, wrong mode
  kAlreadyExists,       // what was to be made is there
  kConflict,            // two wishes contradict each other
  kUnavailable,         // a temporary condition: retry
  kDeadlineExceeded,    // the time for it is over
  kDataLoss,            // stored data is damaged or was altered
  kInternal,            // a call that should not fail has failed
};

// The code's name as it appears in JSON logs: "not_found".
std::string_view ErrorCodeName(ErrorCode code);

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  // An error from a failed system call: "<what>: <strerror>", with the code that fits
  // `errno_value`.
  static Error FromErrno(int errno_value, std::string_view what);

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  // What a person can do next, in one sentence; empty when there is nothing to add.
  const std::string& hint() const { return hint_; }
  // The errno behind the error, 0 when it does not come from a system call.
  int errno_value() const { return errno_value_; }

  // Puts "<context>: " in front of the message.
  Error WithContext(std::string_view context) &&;
  Error WithHint(std::string hint) &&;

 private:
  ErrorCode code_;
  std::string message_;
  std::string hint_;
  int errno_value_ = 0;
};

// The process exit status for an error of our own (not of a child): 124 when credentials could not
// be had in time, else 125. The numbers are those of timeout(1) and env(1).
int ExitStatus(ErrorCode code);

}  // namespace injector
