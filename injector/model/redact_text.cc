// Finding secrets in text by its shape: the half of redaction.h that reads strings.

#include <algorithm>
#include <optional>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

bool IsNameCharacter(char c) { return IsAsciiAlnum(c) || c == '_' || c == '-' || c == '.'; }
bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }

// Whether a URL cannot go on with `c`.
bool EndsUrl(char c) { return IsAsciiSpace(c) || IsQuote(c) || c == '<' || c == '>'; }

bool IsPort(std::string_view text) { return std::all_of(text.begin(), text.end(), IsAsciiDigit); }

bool IsPlainHost(std::string_view authority) {
  const std::size_t colon = authority.find(':');
  return colon == std::string_view::npos || authority.starts_with('[') ||
         IsPort(authority.substr(colon + 1));
}

bool IsBase64Character(char c) { return IsAsciiAlnum(c) || c == '+' || c == '/' || c == '='; }

// Whether `word` begins with user:password in Base64 (RFC 7617); else it is one: "Basic plan". It
// may be cut off, or have a comma behind it.
bool IsBasicCredential(std::string_view word) {
  constexpr std::size_t kGroup = 4;
  const auto end = std::find_if_not(word.begin(), word.end(), IsBase64Character);
  const auto length = static_cast<std::size_t>(end - word.begin());
  const std::optional<Secret> decoded = Base64Decode(word.substr(0, length - length % kGroup));
  return decoded && decoded->Reveal().find(':') != std::string_view::npos;
}

// Copies `text_` to `shown_`, deciding at each byte whether a secret begins there.
class TextRedactor {
 public:
  explicit TextRedactor(std::string_view text) : text_(text) {}

  std::string Run() && {
    Walk();
    return std::move(shown_);
  }

  std::vector<std::string_view> Pieces() && {
    Walk();
    return std::move(pieces_);
  }

 private:
  void Walk() {
    while (at_ < text_.size()) {
      if (SkipPrivateKey() || SkipUserinfo() || SkipScheme() || SkipWebToken() || SkipNamedValue())
        continue;
      shown_ += text_[at_++];
    }
  }

  std::string_view rest() const { return text_.substr(at_); }

  // Shows what stands before `secret_begin`, and the mask for what stands from there to `end`.
  void MaskUntil(std::size_t secret_begin, std::size_t end) {
    shown_ += text_.substr(at_, secret_begin - at_);
    if (end > secret_begin) {
      shown_ += kRedacted;
      pieces_.push_back(text_.substr(secret_begin, end - secret_begin));
    }
    at_ = end;
  }

  // -----BEGIN … PRIVATE KEY----- to the end of its END line (RFC 7468), or of the text.
  bool SkipPrivateKey() {
    constexpr std::string_view kBegin = "-----BEGIN ";
    constexpr std::string_view kKeyLine = "PRIVATE KEY-----";
    constexpr std::string_view kEnd = "-----END ";
    constexpr std::size_t kLongestBeginLine = 64;
    if (!rest().starts_with(kBegin)) return false;
    if (rest().substr(0, kLongestBeginLine).find(kKeyLine) == std::string_view::npos) return false;
    const std::size_t end = text_.find(kEnd, at_);
    const std::size_t after = end == std::string_view::npos ? end : text_.find(kKeyLine, end);
    MaskUntil(at_, after == std::string_view::npos ? text_.size() : after + kKeyLine.size());
    return true;
  }

  // "://user:secret@", or "://secret@".
  bool SkipUserinfo() {
    constexpr std::string_view kSchemeEnd = "://";
    if (!rest().starts_with(kSchemeEnd)) return false;
    const std::size_t begin = at_ + kSchemeEnd.size();
    const std::size_t end = UserinfoEnd(begin);
    if (end == std::string_view::npos) return false;
    const std::size_t colon = text_.substr(0, end).find(':', begin);
    const bool is_user = colon == std::string_view::npos;
    const std::string_view before = text_.substr(0, at_);
    MaskUntil(is_user ? begin : colon + 1, end);
    const bool is_http = before.ends_with("http") || before.ends_with("https");
    if (is_user && end > begin && !is_http) pieces_.pop_back();
    return true;
  }

  // Where the userinfo of the URL whose authority begins at `begin` ends; npos when it has none. A
  // password may hold a raw / or ?, which in a well-formed URL would end the authority.
  std::size_t UserinfoEnd(std::size_t begin) {
    MeasureUrl(begin);
    const std::string_view url_rest = text_.substr(begin, url_end_ - begin);
    const std::string_view authority = url_rest.substr(0, url_rest.find_first_of("/?#"));
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      return begin + at;
    }
    const bool at_follows = last_at_ != std::string_view::npos && last_at_ > begin;
    return at_follows && !IsPlainHost(authority) ? last_at_ : std::string_view::npos;
  }

  // Finds the end of the URL around `at` and its last @, once for each URL: a text may hold "://"
  // any number of times.
  void MeasureUrl(std::size_t at) {
    if (at < url_end_) return;
    url_end_ = UrlEnd(at);
    const std::size_t last_at = text_.substr(at, url_end_ - at).rfind('@');
    last_at_ = last_at == std::string_view::npos ? last_at : at + last_at;
  }

  std::size_t UrlEnd(std::size_t at) const {
    const auto end =
        std::find_if(text_.begin() + static_cast<std::ptrdiff_t>(at), text_.end(), EndsUrl);
    return static_cast<std::size_t>(end - text_.begin());
  }

  bool AtWordBegin() const { return at_ == 0 || !IsNameCharacter(text_[at_ - 1]); }

  // "Bearer secret" and "Basic secret" (RFC 6750, RFC 7617).
  bool SkipScheme() {
    constexpr std::string_view kBasic = "basic ";
    if (!AtWordBegin()) return false;
    for (std::string_view scheme : {std::string_view("bearer "), kBasic}) {
      if (ToAsciiLower(rest().substr(0, scheme.size())) != scheme) continue;
      const std::size_t begin = at_ + scheme.size();
      const std::size_t end = UrlEnd(begin);
      if (scheme == kBasic && !IsBasicCredential(text_.substr(begin, end - begin))) return false;
      MaskUntil(begin, end);
      return true;
    }
    return false;
  }

  // A JSON Web Token (RFC 7519): base64url parts between dots, the first of a JSON object, which
  // begins with {" and therefore with eyJ.
  bool SkipWebToken() {
    constexpr std::string_view kObject = "eyJ";
    constexpr std::size_t kShortest = 36;  // a header that names an algorithm, and two more parts
    if (!AtWordBegin() || !rest().starts_with(kObject)) return false;
    std::size_t end = at_;
    std::size_t dots = 0;
    for (; end < text_.size() && IsNameCharacter(text_[end]); ++end) dots += text_[end] == '.';
    if (dots < 2 || end - at_ < kShortest) return false;
    MaskUntil(at_, end);
    return true;
  }

  // "name=secret", "name: secret", "\"name\": \"secret\"" with a secret name.
  bool SkipNamedValue() {
    if (!AtWordBegin() || !IsNameCharacter(text_[at_])) return false;
    std::size_t next = at_;
    while (next < text_.size() && IsNameCharacter(text_[next])) ++next;
    if (!IsSecretName(text_.substr(at_, next - at_))) return false;
    if (next < text_.size() && IsQuote(text_[next])) ++next;
    next = SkipSpaces(next);
    if (next == text_.size() || (text_[next] != ':' && text_[next] != '=')) return false;
    const char separator = text_[next];
    const std::size_t value = SkipSpaces(next + 1);
    MaskUntil(value, ValueEnd(value, separator));
    return true;
  }

  std::size_t SkipSpaces(std::size_t at) const {
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    return at;
  }

  // A quoted value ends with its quote, a header's with its line, any other at the next delimiter.
  std::size_t ValueEnd(std::size_t begin, char separator) const {
    if (begin < text_.size() && IsQuote(text_[begin])) return QuotedEnd(begin);
    const std::string_view delimiters = separator == ':' ? "\r\n" : "\r\n\t &;";
    return std::min(text_.find_first_of(delimiters, begin), text_.size());
  }

  std::size_t QuotedEnd(std::size_t begin) const {
    for (std::size_t at = begin + 1; at < text_.size(); ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == text_[begin]) {
        return at + 1;
      }
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t url_end_ = 0;
  std::size_t last_at_ = std::string_view::npos;
  std::string shown_;
  std::vector<std::string_view> pieces_;
};

std::string_view WithoutQuotes(std::string_view piece) {
  const bool quoted = piece.size() >= 2 && IsQuote(piece.front()) && piece.front() == piece.back();
  return quoted ? piece.substr(1, piece.size() - 2) : piece;
}

bool MayBeJson(std::string_view text) {
  const std::string_view trimmed = StripAsciiSpace(text);
  return trimmed.starts_with('{') || trimmed.starts_with('[');
}

// Secrets inside secrets, a few levels deep: "key=key=key=…" has as many as it has words, each
// nearly as long as the whole.
class SecretsInside {
 public:
  std::vector<Secret> Of(std::string_view text) && {
    ReadText(text, 0);
    return std::move(found_);
  }

 private:
  static constexpr int kDeepest = 8;

  void ReadText(std::string_view text, int depth) {
    if (MayBeJson(text)) {
      const Result<Value> json = ParseJson(text);
      if (json.ok()) return ReadValue(*json, false, depth);
    }
    for (std::string_view piece : TextRedactor(text).Pieces()) {
      piece = WithoutQuotes(piece);
      if (piece.empty()) continue;
      found_.push_back(Secret::CopyOf(piece));
      if (piece.size() < text.size() && depth < kDeepest) ReadText(piece, depth + 1);
    }
  }

  void ReadValue(const Value& value, bool secret, int depth) {
    if (value.kind() == Value::Kind::kMap) {
      for (const Value::Member& member : value.members()) {
        ReadValue(member.value, secret || IsSecretName(member.name), depth);
      }
    } else if (value.kind() == Value::Kind::kList) {
      for (const Value& item : value.items()) ReadValue(item, secret, depth);
    } else if (secret && value.kind() != Value::Kind::kBool && !value.is_null()) {
      found_.push_back(value.ToText());
    } else if (value.kind() == Value::Kind::kString && depth < kDeepest) {
      ReadText(value.string().Reveal(), depth + 1);
    }
  }

  std::vector<Secret> found_;
};

}  // namespace

std::vector<Secret> SecretsInText(std::string_view text) { return SecretsInside().Of(text); }

std::string RedactText(std::string_view text) {
  if (MayBeJson(text)) {
    const Result<Value> json = ParseJson(text);
    if (json.ok()) {
      const Value redacted = Redact(*json);
      return std::string(redacted == *json ? text : WriteJson(redacted).Reveal());
    }
  }
  return TextRedactor(text).Run();
}

}  // namespace injector
