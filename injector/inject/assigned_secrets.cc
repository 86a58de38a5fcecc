#include "injector/inject/assigned_secrets.h"

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

bool IsNameCharacter(char c) { return IsAsciiAlnum(c) || c == '_' || c == '-' || c == '.'; }
bool IsQuote(char c) { return c == '"' || c == '\''; }

std::size_t SkipBlanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t", at), text.size());
}

// Whether a word of `text` by itself is one that files of netrc's kind begin their entries with.
bool IsMadeOfWords(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::find_if(text.begin(), text.end(), IsAsciiSpace);
    const auto size = static_cast<std::size_t>(end - text.begin());
    const std::string_view word = text.substr(0, size);
    if (word == "machine" || word == "account" || word == "default") return true;
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return false;
}

// Of a connection string. Without a limit many names in one line would be read as many lines.
constexpr std::size_t kLongestValue = 1024;

class AssignmentReader {
 public:
  explicit AssignmentReader(std::string_view text) : text_(text), words_(IsMadeOfWords(text)) {}

  std::vector<Secret> Run() && {
    while (at_ < text_.size()) {
      if (IsNameCharacter(text_[at_])) {
        ReadName();
      } else {
        Pass(at_ + 1);
      }
    }
    return std::move(found_);
  }

 private:
  // How far the value of a name may reach: in INI files to the end of the line that it begins.
  enum class Extent { kWord, kLine };

  void Pass(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (text_[at_] == '\n') line_begin_ = at_ + 1;
    }
  }

  // Whether nothing stands in front of what begins at `begin` but what may stand in front of a
  // name: "export ", and "//host/path/:" in an .npmrc.
  bool BeginsLine(std::size_t begin) const {
    constexpr std::size_t kLongest = 256;
    if (begin - line_begin_ > kLongest) return false;
    const std::string_view before = StripAsciiSpace(text_.substr(line_begin_, begin - line_begin_));
    return before.empty() || before == "export" ||
           (before.starts_with("//") && before.ends_with(':'));
  }

  void ReadName() {
    std::size_t end = at_;
    while (end < text_.size() && IsNameCharacter(text_[end])) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    const bool begins_line = BeginsLine(at_);
    at_ = end;
    if (!IsAssignedSecretName(name)) return;
    if (end < text_.size() && IsQuote(text_[end])) ++end;
    const std::size_t separator = SkipBlanks(text_, end);
    if (separator < text_.size() && (text_[separator] == '=' || text_[separator] == ':')) {
      at_ = SkipBlanks(text_, separator + 1);
      ReadAssigned(begins_line ? Extent::kLine : Extent::kWord);
    } else if (words_ && separator < text_.size() && IsAsciiSpace(text_[end])) {
      ReadWord(std::min(text_.find_first_not_of(" \t\r\n", end), text_.size()));
    }
  }

  // Of the entries of netrc and its like, which may stand on one line or on several.
  void ReadWord(std::size_t begin) {
    Pass(begin);
    if (begin == text_.size()) return;
    if (IsQuote(text_[begin])) return ReadQuoted();
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n", begin), text_.size());
    Keep(text_.substr(begin, end - begin));
    at_ = end;
  }

  void ReadAssigned(Extent extent) {
    if (at_ == text_.size()) return;
    if (IsQuote(text_[at_])) return ReadQuoted();
    // Once for each line: it may hold any number of names.
    if (line_end_ < at_) line_end_ = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = StripAsciiSpace(text_.substr(at_, line_end_ - at_));
    if (line.starts_with('{')) KeepBraced(line);
    const std::string_view word = line.substr(0, line.find_first_of(" \t,;&"));
    Keep(word);
    if (extent == Extent::kLine) Keep(line);
    KeepSegment(line);
    at_ += word.size();
  }

  // Up to the semicolon of a connection string.
  void KeepSegment(std::string_view line) {
    const std::size_t end = line.substr(0, kLongestValue).find(';');
    if (end != std::string_view::npos) {
      Keep(StripAsciiSpace(line.substr(0, end)));
    } else if (behind_semicolon_ && line.size() <= kLongestValue) {
      Keep(line);
    }
    behind_semicolon_ = end != std::string_view::npos;
  }

  // In braces, of which a closing one is doubled.
  void KeepBraced(std::string_view line) {
    line = line.substr(0, kLongestValue);
    SecretBuilder inside;
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] == '}') {
        if (line.substr(i + 1, 1) != "}") return Keep(inside.Reveal());
        ++i;
      }
      inside.Append(line[i]);
    }
  }

  void ReadQuoted() {
    const char quote = text_[at_];
    SecretBuilder unescaped;
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote) {
      if (text_[end] == '\\' && end + 1 < text_.size()) ++end;
      unescaped.Append(text_[end++]);
    }
    Keep(text_.substr(at_ + 1, end - at_ - 1));
    Keep(unescaped.Reveal());
    Pass(std::min(end + 1, text_.size()));
  }

  void Keep(std::string_view value) {
    if (!value.empty()) found_.push_back(Secret::CopyOf(value));
  }

  std::string_view text_;
  bool words_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0, line_end_ = 0;
  bool behind_semicolon_ = false;
  std::vector<Secret> found_;
};

// The fields of "host:port:database:user:password" (PostgreSQL manual, "The Password File"), where
// a colon and a backslash inside one have a backslash in front.
std::vector<Secret> PasswordFileFields(std::string_view line) {
  std::vector<Secret> fields;
  SecretBuilder field;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ':') {
      fields.push_back(std::move(field).Build());
      field = SecretBuilder();
      continue;
    }
    if (line[i] == '\\' && i + 1 < line.size()) ++i;
    field.Append(line[i]);
  }
  fields.push_back(std::move(field).Build());
  return fields;
}

bool IsPort(std::string_view text) {
  return text == "*" || (!text.empty() && std::all_of(text.begin(), text.end(), IsAsciiDigit));
}

// Nothing unless every line is an entry.
std::vector<Secret> PasswordFileSecrets(std::string_view text) {
  std::vector<Secret> found;
  while (!text.empty()) {
    const std::string_view line = StripAsciiSpace(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<Secret> fields = PasswordFileFields(line);
    if (fields.size() != 5 || !IsPort(fields[1].Reveal())) return {};
    if (!fields[4].empty()) found.push_back(std::move(fields[4]));
  }
  return found;
}

}  // namespace

bool IsAssignedSecretName(std::string_view name) {
  const std::string lower = ToAsciiLower(name);
  for (const std::string_view word : {"pwd", "pass", "sig", "sharedaccesssignature"}) {
    if (lower == word) return true;
  }
  return IsSecretName(name);
}

std::vector<Secret> AssignedSecrets(std::string_view text) {
  std::vector<Secret> found = AssignmentReader(text).Run();
  for (Secret& password : PasswordFileSecrets(text)) found.push_back(std::move(password));
  return found;
}

}  // namespace injector
