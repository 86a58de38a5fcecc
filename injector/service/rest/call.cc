#include "injector/service/rest/call.h"

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/rest/json_object.h"
#include "injector/service/rest/answer.h"

namespace injector::rest {

Result<PageRequest> PageOf(const Query& query) {
  constexpr Query::Bounds kLimits{.least = 1, .most = PageRequest::kMaxLimit};
  PageRequest page{.after = query.Text("after")};
  ASSIGN_OR_RETURN(const std::int64_t limit,
                   query.Number("limit", kLimits, static_cast<std::int64_t>(page.limit)));
  page.limit = static_cast<std::size_t>(limit);
  return page;
}

Result<std::optional<std::int64_t>> IfMatch(const Call& call) {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  const std::optional<std::string_view> header = call.request.FindHeader("If-Match");
  if (!header) return std::optional<std::int64_t>();
  std::string_view text = StripAsciiSpace(*header);
  if (text == "*") return std::optional<std::int64_t>();  // RFC 9110, 13.1.1
  std::optional<std::int64_t> version;
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    version = ParseWholeNumber(text.substr(1, text.size() - 2), 1, kMost);
  }
  if (!version) {
    return Error(ErrorCode::kFailedPrecondition, "If-Match: names no version, as \"1\" would");
  }
  return version;
}

Result<std::optional<std::int64_t>> RequiredIfMatch(const Call& call) {
  if (!call.request.FindHeader("If-Match")) return PreconditionRequired();
  return IfMatch(call);
}

Result<std::optional<OnceKey>> OnceKeyOf(const Call& call) {
  constexpr std::size_t kLimit = 255;
  constexpr std::string_view kName = "Idempotency-Key";
  const std::optional<std::string_view> key = call.request.FindHeader(kName);
  if (!key) return std::optional<OnceKey>();
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7F; };
  if (key->empty() || key->size() > kLimit || !std::all_of(key->begin(), key->end(), is_visible)) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string(kName) + ": expected 1 to 255 visible characters");
  }
  // With the lengths in front, so that no two requests look alike. The precondition is a part of
  // what is asked for.
  const http::ServerRequest& sent = call.request;
  const std::string_view body = sent.body.Reveal();
  const std::optional<std::string_view> if_match = sent.FindHeader("If-Match");
  Secret request =
      Secret::TakeFrom(if_match ? LengthPrefixed({sent.method, sent.path, body, *if_match})
                                : LengthPrefixed({sent.method, sent.path, body}));
  return std::optional<OnceKey>(OnceKey{.key = std::string(*key), .request = std::move(request)});
}

LeaseProof ProofOf(const Call& call) {
  return {.id = call.Segment("id"),
          .secret = Secret::CopyOf(call.request.FindHeader("Grant-Secret").value_or(""))};
}

}  // namespace injector::rest
