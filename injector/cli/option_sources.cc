#include "injector/cli/option_sources.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/file.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/reader.h"

namespace injector {
namespace {

// "--token-file" in a YAML file: "token-file".
std::string FileName(std::string_view name) { return std::string(name.substr(2)); }

// In the environment: "INJECTOR_TOKEN_FILE".
std::string VariableOf(std::string_view name) {
  std::string variable = "INJECTOR_" + ToAsciiUpper(name.substr(2));
  std::replace(variable.begin(), variable.end(), '-', '_');
  return variable;
}

std::string FromEnvironment(std::string_view name) {
  const char* value = std::getenv(VariableOf(name).c_str());
  return value == nullptr ? "" : value;
}

// The keys with dashes, as the options are spelled; both spellings of one are one.
Status Unify(YamlNode& file, const YamlReader& reader) {
  std::vector<std::string> seen;
  for (YamlNode::Member& member : file.members) {
    std::replace(member.key.begin(), member.key.end(), '_', '-');
    if (std::find(seen.begin(), seen.end(), member.key) != seen.end()) {
      return reader.ErrorAt(member.position, member.key + ": is there already");
    }
    seen.push_back(member.key);
  }
  return {};
}

}  // namespace

OptionSources::Entry& OptionSources::Add(const char* name, Entry::Kind kind, Take take) {
  entries_.push_back(
      std::make_unique<Entry>(Entry{.name = name, .kind = kind, .take = std::move(take)}));
  return *entries_.back();
}

void OptionSources::AddOption(const char* name, const char* value, Take take, const char* help) {
  Entry& entry = Add(name, Entry::Kind::kOnce, std::move(take));
  command_.AddOption(name, value, entry.word, help);
}

void OptionSources::AddRepeatedOption(const char* name, const char* value, Take take,
                                      const char* help) {
  Entry& entry = Add(name, Entry::Kind::kRepeated, std::move(take));
  command_.AddRepeatedOption(name, value, entry.words, help);
}

void OptionSources::AddFlag(const char* name, bool& target, const char* help) {
  const auto take = [&target](const std::string& text) -> Status {
    if (text != "true" && text != "false") {
      return Error(ErrorCode::kInvalidArgument, "expected true or false");
    }
    target = text == "true";
    return {};
  };
  Entry& entry = Add(name, Entry::Kind::kFlag, take);
  command_.AddFlag(name, entry.flag, help);
}

void OptionSources::AddFileOption(const char* name, const char* help) {
  file_option_ = name;
  command_.AddOption(name, "FILE", file_, help);
}

std::string OptionSources::FilePath() const {
  return file_.empty() ? FromEnvironment(file_option_) : file_;
}

std::vector<std::string> OptionSources::WordsOf(const Entry& entry) {
  if (entry.kind == Entry::Kind::kRepeated) return entry.words;
  if (entry.kind == Entry::Kind::kFlag) {
    return entry.flag ? std::vector<std::string>{"true"} : std::vector<std::string>();
  }
  return entry.word ? std::vector<std::string>{*entry.word} : std::vector<std::string>();
}

Status OptionSources::Hand(const Entry& entry, const std::vector<std::string>& values,
                           std::string_view where) {
  for (const std::string& value : values) {
    Status taken = entry.take(value);
    if (!taken.ok()) return std::move(taken).error().WithContext(where);
  }
  return {};
}

Result<YamlNode> OptionSources::ReadFile() const {
  const std::string path = FilePath();
  if (path.empty()) return YamlNode();
  ASSIGN_OR_RETURN(const Secret text, ReadRegularFile(path, kYamlSizeLimit));
  ASSIGN_OR_RETURN(YamlNode file, ParseYaml(text.Reveal(), path));
  if (file.kind == YamlNode::Kind::kNull) return file;
  const YamlReader reader(path);
  RETURN_IF_ERROR(reader.ExpectMap(file, "options"));
  RETURN_IF_ERROR(Unify(file, reader));
  std::vector<std::string> names;
  for (const auto& entry : entries_) names.push_back(FileName(entry->name));
  RETURN_IF_ERROR(reader.OnlyKeys(file, std::vector<std::string_view>(names.begin(), names.end())));
  return file;
}

Status OptionSources::TakeFrom(const YamlNode& file, const Entry& entry) const {
  const std::string name = FileName(entry.name);
  const YamlNode* node = file.Find(name);
  if (node == nullptr) return {};
  const YamlReader reader(FilePath());
  std::vector<std::string> values;
  if (node->kind == YamlNode::Kind::kList && entry.kind == Entry::Kind::kRepeated) {
    ASSIGN_OR_RETURN(values, reader.TextList(*node, name));
    // It would pass for an option that is not there, and might be meant to be the opposite.
    if (values.empty()) return reader.ErrorAt(node->position, name + ": is an empty list");
  } else {
    ASSIGN_OR_RETURN(std::string text, reader.Text(*node, name));
    values.push_back(std::move(text));
  }
  for (const std::string& value : values) {
    const Status taken = entry.take(value);
    if (!taken.ok()) return reader.ErrorAt(node->position, name + ": " + taken.error().message());
  }
  return {};
}

Status OptionSources::Apply() const {
  ASSIGN_OR_RETURN(const YamlNode file, ReadFile());
  for (const auto& entry : entries_) {
    const std::vector<std::string> words = WordsOf(*entry);
    const std::string variable = FromEnvironment(entry->name);
    if (!words.empty()) {
      RETURN_IF_ERROR(Hand(*entry, words, entry->name));
    } else if (!variable.empty()) {
      RETURN_IF_ERROR(Hand(*entry, {variable}, VariableOf(entry->name)));
    } else {
      RETURN_IF_ERROR(TakeFrom(file, *entry));
    }
  }
  return {};
}

}  // namespace injector
