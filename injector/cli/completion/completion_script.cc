#include "injector/cli/completion/completion_script.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace injector {
namespace {

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

class Collector {
 public:
  explicit Collector(const CommandOutline& program) : program_(program) {}

  std::vector<CompletionPlace> Run() && {
    Add(program_, program_.name);
    return std::move(places_);
  }

 private:
  void Add(const CommandOutline& command, const std::string& path) {
    CompletionPlace place;
    place.path = path;
    for (const OptionOutline& option : command.options) place.options.push_back(&option);
    if (&command != &program_) {
      for (const OptionOutline& option : program_.options) {
        // --help of the program is that of the command here, --version is the program's alone.
        if (!option.value.empty() && !Has(command, option)) place.options.push_back(&option);
      }
    }
    if (!command.arguments.empty()) place.arguments = WordsFor(command.arguments.front(), path);
    for (const CommandOutline& child : command.commands) place.commands.push_back(&child);
    places_.push_back(std::move(place));
    for (const CommandOutline& child : command.commands) Add(child, path + " " + child.name);
  }

  // Whether the command has an option of that name itself.
  static bool Has(const CommandOutline& command, const OptionOutline& option) {
    return std::ranges::any_of(command.options, [&](const OptionOutline& own) {
      return own.names.front() == option.names.front();
    });
  }

  const CommandOutline& program_;
  std::vector<CompletionPlace> places_;
};

// Whether the NAME of that command is one of a connection.
bool TakesConnection(std::string_view path) {
  if (path.starts_with("injector connections")) return true;
  constexpr std::string_view kOthers[] = {"injector attach", "injector detach", "injector rollback",
                                          "injector versions"};
  return std::ranges::find(kOthers, path) != std::end(kOthers);
}

}  // namespace

CompletionWords WordsFor(const std::string& value_name, const std::string& path) {
  if (value_name == "FILE" || value_name == "TEMPLATE") return {.files = true};
  if (value_name == "TYPE") return {.list = "types"};
  if (value_name == "KEY") return {.list = "variables"};
  if (value_name == "REF") return {.list = "connections"};
  if (value_name == "REPO") return {.list = "repos"};
  if (value_name == "ROLE") return {.choices = {"admin", "developer", "runner"}};
  if (value_name == "NAME" && TakesConnection(path)) return {.list = "connections"};
  if (value_name == "SHELL") return {.choices = {"bash", "zsh", "fish"}};
  if (value_name.find('|') == std::string::npos || value_name.find('@') != std::string::npos) {
    return {};
  }
  return {.choices = Split(value_name, '|')};
}

std::vector<CompletionPlace> PlacesOf(const CommandOutline& program) {
  return Collector(program).Run();
}

}  // namespace injector
