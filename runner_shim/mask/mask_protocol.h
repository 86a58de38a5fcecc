#pragma once
// What goes over a job's socket: one request, one answer, end. PROTOCOL.md, beside this file, is
// the contract; programs that are not ours may speak it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace runner_shim {

// The longest value, in bytes: what a connection's field may hold, too.
inline constexpr std::size_t kLongestMaskedValue = std::size_t{64} * 1024;
// The longest answer, its line end included.
inline constexpr std::size_t kLongestMaskAnswer = 4096;

struct MaskAnswer {
  enum class Verdict {
    kMasked,   // from now on
    kWarning,  // taken, but `text` says what is amiss
    kRefused,  // not masked; `text` says why
  };
  Verdict verdict = Verdict::kMasked;
  std::string text;  // of kMasked the value's name
};

enum class ShimRequest {
  kMask,         // the body is a value to mask
  kDockerLogin,  // the body is a registry, as docker names it
  kGitLogin,     // the body is "https://host[:port]"
};

// Collects one request from the pieces in which it arrives.
class MaskRequestReader {
 public:
  enum class Progress { kNeedsMore, kComplete };
  // kInvalidArgument: no request, or one with a longer body than kLongestMaskedValue.
  injector::Result<Progress> Take(std::string_view bytes);
  // Both require: kComplete was returned.
  ShimRequest kind() const { return kind_; }
  injector::Secret TakeValue() &&;

 private:
  injector::Status ReadHeader();

  injector::SecretBuilder bytes_;
  ShimRequest kind_ = ShimRequest::kMask;
  std::optional<std::size_t> header_size_;
  std::size_t value_size_ = 0;
};

// The whole request with this body.
injector::Secret WriteRequest(ShimRequest kind, std::string_view body);

// One line, cut where it would be longer than kLongestMaskAnswer.
std::string WriteMaskAnswer(const MaskAnswer& answer);
// `line` without its line end. kDataLoss if it is no answer.
injector::Result<MaskAnswer> ReadMaskAnswer(std::string_view line);

struct ShimLogin {
  injector::Secret login;
  injector::Secret password;
};

// The answer to a request for a login.
struct LoginAnswer {
  std::optional<ShimLogin> found;
  // Without one: the socket of the shim around, which may have it; empty: there is none.
  std::string ask_at = {};
};

injector::Secret WriteLoginAnswer(const LoginAnswer& answer);
// `bytes` is all that came. kFailedPrecondition for a refusal, with its reason; kDataLoss if it is
// no answer, or not the whole.
injector::Result<LoginAnswer> ReadLoginAnswer(std::string_view bytes);

}  // namespace runner_shim
