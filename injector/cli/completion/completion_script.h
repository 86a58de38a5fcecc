#pragma once
// Scripts that complete the program's words in a shell: commands, options, and what the words after
// them mean. Names of connections, keys of variables, types of connections and repos are asked for
// when needed, by `injector completion connections | variables | types | repos`.

#include <string>
#include <vector>

#include "injector/cli/command.h"

namespace injector {

// What can stand in a place.
struct CompletionWords {
  std::vector<std::string> choices = {};
  bool files = false;
  std::string list =
      {};  // "connections", "variables", "types", "repos": ask the program; else empty
};

// One command with everything that may follow it.
struct CompletionPlace {
  std::string path;  // "injector connections get"
  std::vector<const CommandOutline*> commands;
  std::vector<const OptionOutline*> options;  // with those of every command
  CompletionWords arguments;
};

// By the name of an option's value in --help ("FILE", "text|json") or of an argument.
CompletionWords WordsFor(const std::string& value_name, const std::string& path);

// The program and all its commands. `program` must outlive the result.
std::vector<CompletionPlace> PlacesOf(const CommandOutline& program);

std::string BashCompletion(const CommandOutline& program);
std::string ZshCompletion(const CommandOutline& program);
std::string FishCompletion(const CommandOutline& program);

}  // namespace injector
