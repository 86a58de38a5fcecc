#include "runner_shim/mask/mask_protocol.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Secret;
using injector::Status;

constexpr std::string_view kVerb = "mask ";
constexpr std::size_t kLongestHeader = 32;

struct VerdictWord {
  std::string_view word;
  MaskAnswer::Verdict verdict;
};
constexpr VerdictWord kWords[] = {
    {"masked", MaskAnswer::Verdict::kMasked},
    {"warning", MaskAnswer::Verdict::kWarning},
    {"refused", MaskAnswer::Verdict::kRefused},
};

Error NoRequest() {
  return Error(ErrorCode::kInvalidArgument, "expected \"mask SIZE\", a line end, and SIZE bytes");
}

}  // namespace

Result<MaskRequestReader::Progress> MaskRequestReader::Take(std::string_view bytes) {
  bytes_.Append(bytes);
  if (!header_size_) RETURN_IF_ERROR(ReadHeader());
  if (!header_size_) return Progress::kNeedsMore;
  const std::size_t whole = *header_size_ + value_size_;
  if (bytes_.size() > whole) return NoRequest();
  return bytes_.size() == whole ? Progress::kComplete : Progress::kNeedsMore;
}

Status MaskRequestReader::ReadHeader() {
  const std::string_view text = bytes_.Reveal().substr(0, kLongestHeader);
  const std::size_t end = text.find('\n');
  if (!std::equal(text.begin(),
                  text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), kVerb.size())),
                  kVerb.begin())) {
    return NoRequest();
  }
  if (end == text.npos) return text.size() < kLongestHeader ? Status() : NoRequest();
  if (end < kVerb.size()) return NoRequest();
  const char* const first = text.data() + kVerb.size();
  const auto [last, error] = std::from_chars(first, text.data() + end, value_size_);
  const bool too_large =
      error == std::errc::result_out_of_range || value_size_ > kLongestMaskedValue;
  if (last != text.data() + end || first == last) return NoRequest();
  if (too_large) {
    return Error(ErrorCode::kInvalidArgument, "the value is longer than the limit of " +
                                                  std::to_string(kLongestMaskedValue) + " bytes");
  }
  if (value_size_ == 0) return Error(ErrorCode::kInvalidArgument, "the value is empty");
  header_size_ = end + 1;
  return {};
}

Secret MaskRequestReader::TakeValue() && {
  return Secret::CopyOf(bytes_.Reveal().substr(*header_size_));
}

Secret WriteMaskRequest(std::string_view value) {
  return Secret::Concat({kVerb, std::to_string(value.size()), "\n", value});
}

std::string WriteMaskAnswer(const MaskAnswer& answer) {
  std::string line;
  for (const VerdictWord& row : kWords) {
    if (row.verdict == answer.verdict) line = row.word;
  }
  line += " " + answer.text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  line.resize(std::min(line.size(), kLongestMaskAnswer - 1));
  return line + "\n";
}

Result<MaskAnswer> ReadMaskAnswer(std::string_view line) {
  const std::size_t blank = std::min(line.find(' '), line.size());
  for (const VerdictWord& row : kWords) {
    if (row.word != line.substr(0, blank)) continue;
    return MaskAnswer{row.verdict, std::string(line.substr(std::min(blank + 1, line.size())))};
  }
  return Error(ErrorCode::kDataLoss, "the answer cannot be understood");
}

}  // namespace runner_shim
