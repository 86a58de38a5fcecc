#pragma once
// What goes over a mask socket: one request, one answer, end. PROTOCOL.md, beside this file, is the
// contract; programs that are not ours may speak it.

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

// Collects one request from the pieces in which it arrives.
class MaskRequestReader {
 public:
  enum class Progress { kNeedsMore, kComplete };
  // kInvalidArgument: no request, or one for a longer value than kLongestMaskedValue.
  injector::Result<Progress> Take(std::string_view bytes);
  // Requires: kComplete was returned.
  injector::Secret TakeValue() &&;

 private:
  injector::Status ReadHeader();

  injector::SecretBuilder bytes_;
  std::optional<std::size_t> header_size_;
  std::size_t value_size_ = 0;
};

// The whole request for `value`.
injector::Secret WriteMaskRequest(std::string_view value);

// One line, cut where it would be longer than kLongestMaskAnswer.
std::string WriteMaskAnswer(const MaskAnswer& answer);
// `line` without its line end. kDataLoss if it is no answer.
injector::Result<MaskAnswer> ReadMaskAnswer(std::string_view line);

}  // namespace runner_shim
