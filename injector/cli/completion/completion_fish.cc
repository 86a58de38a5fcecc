// The script for fish: one `complete` line a word.

#include "injector/cli/completion/completion_script.h"

namespace injector {
namespace {

// In fish's single quotes \\ and \' are escapes.
std::string FishQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "'";
}

std::string Words(const CompletionWords& words) {
  if (words.files) return " -F";
  if (!words.list.empty()) {
    return " -a " + FishQuoted("(injector completion " + words.list + " 2>/dev/null)");
  }
  std::string choices;
  for (const std::string& choice : words.choices) choices += (choices.empty() ? "" : " ") + choice;
  return choices.empty() ? "" : " -a " + FishQuoted(choices);
}

std::string OptionLine(const std::string& start, const OptionOutline& option,
                       const std::string& path) {
  std::string line = start;
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.value.empty()) {
    const CompletionWords words = WordsFor(option.value, path);
    // With -r alone fish offers file names, whatever the words are.
    line += (words.files ? " -r" : " -x") + Words(words);
  }
  return line + " -d " + FishQuoted(option.help) + "\n";
}

std::string LinesOf(const CompletionPlace& place) {
  const std::string start =
      "complete -c injector -n " + FishQuoted("__injector_at '" + place.path + "'");
  std::string lines;
  for (const CommandOutline* command : place.commands) {
    lines += start + " -a " + command->name + " -d " + FishQuoted(command->summary) + "\n";
  }
  for (const OptionOutline* option : place.options) {
    lines += OptionLine(start, *option, place.path);
  }
  const std::string arguments = Words(place.arguments);
  if (!arguments.empty()) lines += start + arguments + "\n";
  return lines;
}

}  // namespace

std::string FishCompletion(const CommandOutline& program) {
  const std::vector<CompletionPlace> places = PlacesOf(program);
  std::string paths;
  std::string lines;
  for (const CompletionPlace& place : places) {
    if (&place != &places.front()) paths += " " + FishQuoted(place.path);
    lines += LinesOf(place);
  }
  return "# Completion of injector in fish: save this file as\n"
         "# ~/.config/fish/completions/injector.fish\n"
         "function __injector_at\n"
         "    set -l place injector\n"
         "    for word in (commandline -opc)[2..-1]\n"
         "        switch \"$place $word\"\n"
         "            case" +
         paths +
         "\n"
         "                set place \"$place $word\"\n"
         "        end\n"
         "    end\n"
         "    test \"$place\" = $argv[1]\n"
         "end\n"
         "complete -c injector -f\n" +
         lines;
}

}  // namespace injector
