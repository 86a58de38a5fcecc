#pragma once
// Options that a command takes from three places, under one name: the command line ("--token-file
// F"), the environment ("INJECTOR_TOKEN_FILE=F"), and a YAML file ("token-file: F", or
// "token_file: F"). The first of these that names an option wins, with all its values.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/command.h"
#include "injector/yaml/node.h"

namespace injector {

class OptionSources {
 public:
  // Takes one value of an option; its error must not repeat it.
  using Take = std::function<Status(const std::string&)>;

  // Each adds an option to the command. `name` is as it stands there, "--token-file"; it, `value`
  // and `help` must outlive this object, and this object the parsing.
  explicit OptionSources(Command command) : command_(command) {}
  void AddOption(const char* name, const char* value, Take take, const char* help);
  // May be given several times; in YAML a list.
  void AddRepeatedOption(const char* name, const char* value, Take take, const char* help);
  // "true" or "false" in YAML and in the environment.
  void AddFlag(const char* name, bool& target, const char* help);
  // The option that names the YAML file.
  void AddFileOption(const char* name, const char* help);

  // Whether there is a YAML file. Requires: the words are parsed.
  bool NamesFile() const { return !FilePath().empty(); }
  // Hands every value to whoever takes it. kInvalidArgument names the option, or the file's line
  // and column. Requires: the words are parsed.
  Status Apply() const;

 private:
  struct Entry {
    const char* name;
    enum class Kind { kOnce, kRepeated, kFlag } kind;
    Take take;
    // What the command line says.
    std::vector<std::string> words = {};
    std::optional<std::string> word = {};
    bool flag = false;
  };
  Entry& Add(const char* name, Entry::Kind kind, Take take);
  std::string FilePath() const;
  static std::vector<std::string> WordsOf(const Entry& entry);
  static Status Hand(const Entry& entry, const std::vector<std::string>& values,
                     std::string_view where);
  Result<YamlNode> ReadFile() const;
  Status TakeFrom(const YamlNode& file, const Entry& entry) const;

  Command command_;
  // By pointer: the command holds their addresses.
  std::vector<std::unique_ptr<Entry>> entries_;
  const char* file_option_ = nullptr;
  std::string file_;
};

}  // namespace injector
