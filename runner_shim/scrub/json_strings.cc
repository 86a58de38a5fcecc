#include "runner_shim/scrub/json_strings.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/hex.h"

namespace runner_shim {
namespace {

constexpr std::size_t kDeepest = 256;

void AppendUtf8(injector::SecretBuilder& out, std::uint32_t code_point) {
  const auto append = [&out](std::uint32_t byte) { out.Append(static_cast<char>(byte)); };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    append(0xE0 | code_point >> 12);
    append(0x80 | (code_point >> 6 & 0x3F));
  } else {
    append(0xF0 | code_point >> 18);
    append(0x80 | (code_point >> 12 & 0x3F));
    append(0x80 | (code_point >> 6 & 0x3F));
  }
  append(0x80 | (code_point & 0x3F));
}

// Recursive descent; each Read… consumes what it names, or fails.
class Reader {
 public:
  explicit Reader(std::string_view json) : rest_(json) {}

  bool ReadDocument() {
    if (!ReadValue("", 0)) return false;
    SkipSpace();
    return rest_.empty();
  }

  std::vector<JsonString> TakeFound() && { return std::move(found_); }

 private:
  void SkipSpace() {
    while (!rest_.empty() && (rest_[0] == ' ' || (rest_[0] != '\v' && rest_[0] != '\f' &&
                                                  injector::IsAsciiSpace(rest_[0])))) {
      rest_.remove_prefix(1);
    }
  }

  bool Take(char c) {
    SkipSpace();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool ReadValue(const std::string& name, std::size_t depth) {
    if (depth > kDeepest) return false;
    if (Take('{')) return ReadMembers(depth);
    if (Take('[')) return ReadItems(name, depth);
    if (Take('"')) {
      std::optional<injector::Secret> text = ReadString();
      if (text) found_.push_back({name, std::move(*text)});
      return text.has_value();
    }
    return ReadBareWord();
  }

  bool ReadMembers(std::size_t depth) {
    if (Take('}')) return true;
    do {
      if (!Take('"')) return false;
      const std::optional<injector::Secret> name = ReadString();
      if (!name || !Take(':') || !ReadValue(std::string(name->Reveal()), depth + 1)) return false;
    } while (Take(','));
    return Take('}');
  }

  bool ReadItems(const std::string& name, std::size_t depth) {
    if (Take(']')) return true;
    do {
      if (!ReadValue(name, depth + 1)) return false;
    } while (Take(','));
    return Take(']');
  }

  // A number, true, false or null. What exactly is no matter here.
  bool ReadBareWord() {
    std::size_t length = 0;
    while (length < rest_.size() &&
           (injector::IsAsciiAlnum(rest_[length]) || rest_[length] == '-' || rest_[length] == '+' ||
            rest_[length] == '.')) {
      ++length;
    }
    rest_.remove_prefix(length);
    return length > 0;
  }

  // What follows an opening quote, closing quote included.
  std::optional<injector::Secret> ReadString() {
    injector::SecretBuilder text;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return std::move(text).Build();
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      if (c != '\\') {
        text.Append(c);
      } else if (!ReadEscape(text)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool ReadEscape(injector::SecretBuilder& text) {
    if (rest_.empty()) return false;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == 'u') return ReadUnicodeEscape(text);
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t at = kLetters.find(c);
    if (at == kLetters.npos) return false;
    text.Append(kMeanings[at]);
    return true;
  }

  bool ReadUnicodeEscape(injector::SecretBuilder& text) {
    const std::optional<std::uint32_t> unit = ReadUnit();
    if (!unit) return false;
    const bool high = *unit >= 0xD800 && *unit < 0xDC00;
    if (high && rest_.starts_with("\\u")) {
      const std::string_view after_high = rest_;
      rest_.remove_prefix(2);
      const std::optional<std::uint32_t> low = ReadUnit();
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        AppendUtf8(text, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
        return true;
      }
      rest_ = after_high;
    }
    const bool lone = *unit >= 0xD800 && *unit < 0xE000;
    AppendUtf8(text, lone ? '?' : *unit);
    return true;
  }

  std::optional<std::uint32_t> ReadUnit() {
    if (rest_.size() < 4) return std::nullopt;
    const std::optional<injector::Secret> bytes = injector::HexDecode(rest_.substr(0, 4));
    if (!bytes) return std::nullopt;
    rest_.remove_prefix(4);
    const auto high = static_cast<unsigned char>(bytes->Reveal()[0]);
    const auto low = static_cast<unsigned char>(bytes->Reveal()[1]);
    return static_cast<std::uint32_t>(high << 8 | low);
  }

  std::string_view rest_;
  std::vector<JsonString> found_;
};

}  // namespace

std::optional<std::vector<JsonString>> FindJsonStrings(std::string_view json) {
  Reader reader(json);
  if (!reader.ReadDocument()) return std::nullopt;
  return std::move(reader).TakeFound();
}

}  // namespace runner_shim
