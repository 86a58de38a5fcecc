#include "injector/sources/dotenv.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/file.h"
#include "injector/base/variable_name.h"

namespace injector {
namespace {

// Between double quotes: what may follow \, and what it means.
constexpr std::string_view kEscapeLetters = "nrt\"\\$";
constexpr std::string_view kEscapeMeanings = "\n\r\t\"\\$";

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

class DotenvParser {
 public:
  DotenvParser(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

  Result<std::vector<DotenvEntry>> Run() && {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    while (!rest_.empty()) {
      SkipBlanks();
      if (AtLineEnd() || rest_.front() == '#') {
        SkipLine();
      } else {
        ASSIGN_OR_RETURN(DotenvEntry entry, TakeEntry());
        Add(std::move(entry));
      }
    }
    return std::move(entries_);
  }

 private:
  Error Problem(std::string_view message) const { return ErrorAt(name_, position_, message); }

  void Skip(std::size_t size) {
    position_ = position_.After(rest_.substr(0, size));
    rest_.remove_prefix(size);
  }
  void SkipBlanks() {
    while (!rest_.empty() && IsBlank(rest_.front())) Skip(1);
  }
  bool AtLineEnd() const {
    return rest_.empty() || rest_.front() == '\n' || rest_.starts_with("\r\n") || rest_ == "\r";
  }
  void SkipLine() {
    const std::size_t end = rest_.find('\n');
    Skip(end == std::string_view::npos ? rest_.size() : end + 1);
  }

  std::string_view TakeName() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(),
                                      [](char c) { return IsAsciiAlnum(c) || c == '_'; });
    const std::string_view name = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    Skip(name.size());
    return name;
  }

  Result<DotenvEntry> TakeEntry() {
    DotenvEntry entry;
    entry.position = position_;
    std::string_view name = TakeName();
    if (name == "export" && !rest_.empty() && IsBlank(rest_.front())) {
      SkipBlanks();
      name = TakeName();
    }
    SkipBlanks();
    if (!IsVariableName(name) || !rest_.starts_with('=')) return Problem("expected NAME=VALUE");
    Skip(1);
    SkipBlanks();
    entry.name = name;
    ASSIGN_OR_RETURN(entry.value, TakeValue());
    return entry;
  }

  Result<Secret> TakeValue() {
    const char quote = rest_.empty() ? '\n' : rest_.front();
    if (quote != '"' && quote != '\'') return TakeUnquoted();
    ASSIGN_OR_RETURN(Secret value, TakeQuoted(quote));
    SkipBlanks();
    if (!AtLineEnd() && rest_.front() != '#') return Problem("expected the end of the line");
    if (!rest_.empty()) SkipLine();
    return value;
  }

  Result<Secret> TakeUnquoted() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    std::string_view value = line;
    for (std::size_t at = line.find('#'); at != std::string_view::npos;
         at = line.find('#', at + 1)) {
      if (at > 0 && !IsBlank(line[at - 1])) continue;
      value = line.substr(0, at);
      break;
    }
    if (value.find('\0') != std::string_view::npos) return Problem("a NUL byte");
    Secret taken = Secret::CopyOf(StripAsciiSpace(value));
    SkipLine();
    return taken;
  }

  // `rest_` stands at the opening quote.
  Result<Secret> TakeQuoted(char quote) {
    const Error unterminated = Problem(std::string("a ") + quote + " that does not end");
    Skip(1);
    SecretBuilder value;
    while (!rest_.empty() && rest_.front() != quote) {
      if (rest_.front() == '\0') return Problem("a NUL byte");
      if (rest_.starts_with("\r\n")) {
        Skip(1);
      } else if (const std::optional<char> escaped = quote == '"' ? Escaped() : std::nullopt) {
        value.Append(*escaped);
        Skip(2);
      } else {
        value.Append(rest_.front());
        Skip(1);
      }
    }
    if (rest_.empty()) return unterminated;
    Skip(1);
    return std::move(value).Build();
  }

  // What the escape that stands here means; nullopt when none does: then \ is itself.
  std::optional<char> Escaped() const {
    if (rest_.size() < 2 || rest_.front() != '\\') return std::nullopt;
    const std::size_t place = kEscapeLetters.find(rest_[1]);
    if (place == std::string_view::npos) return std::nullopt;
    return kEscapeMeanings[place];
  }

  void Add(DotenvEntry entry) {
    const auto [place, is_new] = places_.try_emplace(entry.name, entries_.size());
    if (is_new) {
      entries_.push_back(std::move(entry));
    } else {
      entries_[place->second].value = std::move(entry.value);
    }
  }

  std::string_view rest_;
  const std::string& name_;
  TextPosition position_;
  std::vector<DotenvEntry> entries_;
  std::map<std::string, std::size_t> places_;  // in entries_, by name
};

}  // namespace

Result<std::vector<DotenvEntry>> ParseDotenv(std::string_view text, const std::string& name) {
  return DotenvParser(text, name).Run();
}

Secret DotenvLine(std::string_view name, const Secret& value) {
  SecretBuilder line;
  line.Append(name);
  line.Append("=\"");
  for (const char c : value.Reveal()) {
    const std::size_t place = kEscapeMeanings.find(c);
    if (place == std::string_view::npos) {
      line.Append(c);
    } else {
      line.Append('\\');
      line.Append(kEscapeLetters[place]);
    }
  }
  line.Append('"');
  return std::move(line).Build();
}

Result<std::vector<DotenvEntry>> ReadDotenv(const std::string& path) {
  ASSIGN_OR_RETURN(const Secret text, ReadRegularFile(path, kDotenvSizeLimit));
  return ParseDotenv(text.Reveal(), path);
}

}  // namespace injector
