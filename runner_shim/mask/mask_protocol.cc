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

constexpr std::size_t kLongestHeader = 32;

struct RequestVerb {
  std::string_view verb;
  ShimRequest kind;
};
constexpr RequestVerb kVerbs[] = {
    {"mask ", ShimRequest::kMask},
    {"login docker ", ShimRequest::kDockerLogin},
    {"login git ", ShimRequest::kGitLogin},
};

constexpr std::string_view kFound = "found ";
constexpr std::string_view kAsk = "ask ";
constexpr std::string_view kNone = "none";
constexpr std::string_view kRefused = "refused ";

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

// The verb that `text` begins with; of a text that is too short to tell, any that it may become.
const RequestVerb* FindVerb(std::string_view text) {
  for (const RequestVerb& row : kVerbs) {
    const std::size_t seen = std::min(text.size(), row.verb.size());
    if (text.substr(0, seen) == row.verb.substr(0, seen)) return &row;
  }
  return nullptr;
}

// The number at the front of `text`, which is taken off it with the character behind it.
std::optional<std::size_t> TakeSize(std::string_view& text, char end) {
  std::size_t size = 0;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || last == text.data() + text.size() || *last != end) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(last - text.data()) + 1);
  return size;
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
  const RequestVerb* const verb = FindVerb(text);
  if (verb == nullptr) return NoRequest();
  if (end == text.npos) return text.size() < kLongestHeader ? Status() : NoRequest();
  if (end < verb->verb.size()) return NoRequest();
  const char* const first = text.data() + verb->verb.size();
  const auto [last, error] = std::from_chars(first, text.data() + end, value_size_);
  const bool too_large =
      error == std::errc::result_out_of_range || value_size_ > kLongestMaskedValue;
  if (last != text.data() + end || first == last) return NoRequest();
  if (too_large) {
    return Error(ErrorCode::kInvalidArgument, "the value is longer than the limit of " +
                                                  std::to_string(kLongestMaskedValue) + " bytes");
  }
  if (value_size_ == 0) return Error(ErrorCode::kInvalidArgument, "the value is empty");
  kind_ = verb->kind;
  header_size_ = end + 1;
  return {};
}

Secret MaskRequestReader::TakeValue() && {
  return Secret::CopyOf(bytes_.Reveal().substr(*header_size_));
}

Secret WriteRequest(ShimRequest kind, std::string_view body) {
  for (const RequestVerb& row : kVerbs) {
    if (row.kind == kind)
      return Secret::Concat({row.verb, std::to_string(body.size()), "\n", body});
  }
  return {};
}

Secret WriteLoginAnswer(const LoginAnswer& answer) {
  if (answer.found) {
    const ShimLogin& found = *answer.found;
    return Secret::Concat({kFound, std::to_string(found.login.size()), " ",
                           std::to_string(found.password.size()), "\n", found.login.Reveal(),
                           found.password.Reveal()});
  }
  if (answer.ask_at.empty()) return Secret::Concat({kNone, "\n"});
  return Secret::Concat({kAsk, answer.ask_at, "\n"});
}

Result<LoginAnswer> ReadLoginAnswer(std::string_view bytes) {
  const Error strange(ErrorCode::kDataLoss, "the answer cannot be understood");
  const std::size_t end = bytes.find('\n');
  if (end == bytes.npos) return strange;
  std::string_view line = bytes.substr(0, end);
  LoginAnswer answer;
  if (line == kNone) return answer;
  if (line.starts_with(kRefused)) {
    return Error(ErrorCode::kFailedPrecondition, std::string(line.substr(kRefused.size())));
  }
  if (line.starts_with(kAsk)) {
    answer.ask_at = line.substr(kAsk.size());
    return answer;
  }
  if (!line.starts_with(kFound)) return strange;
  std::string_view rest = bytes.substr(kFound.size());
  const std::optional<std::size_t> login = TakeSize(rest, ' ');
  const std::optional<std::size_t> password = login ? TakeSize(rest, '\n') : std::nullopt;
  if (!password || *login > kLongestMaskedValue || rest.size() != *login + *password) {
    return strange;
  }
  answer.found.emplace(
      ShimLogin{Secret::CopyOf(rest.substr(0, *login)), Secret::CopyOf(rest.substr(*login))});
  return answer;
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
