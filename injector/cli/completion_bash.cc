// The script for bash, and for zsh, whose language is the same where it matters here.

#include "injector/cli/completion_script.h"

namespace injector {
namespace {

std::string Joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += separator;
    joined += word;
  }
  return joined;
}

// The part of the script that is the same in both shells: from the words before the one to be
// completed to the words that fit, in `candidates`; `files` is set where a file name fits.
class ScriptBody {
 public:
  explicit ScriptBody(const CommandOutline& program) : places_(PlacesOf(program)) {}

  // The paths of all commands, as patterns of `case`.
  std::string Paths() const {
    std::vector<std::string> paths;
    for (const CompletionPlace& place : places_) {
      if (&place != &places_.front()) paths.push_back(ShellQuoted(place.path));
    }
    return Joined(paths, "|\\\n      ");
  }

  // The branches of `case "$place $previous"`: what follows an option.
  std::string AfterOptions() const {
    std::string branches;
    for (const CompletionPlace& place : places_) {
      for (const OptionOutline* option : place.options) {
        if (option->value.empty()) continue;
        branches += "    " + ShellQuoted(place.path + " " + option->names.front()) + ") " +
                    Offer(WordsFor(option->value, place.path)) + " ;;\n";
      }
    }
    return branches;
  }

  // The branches of `case "$place"`: commands and arguments, options where one begins.
  std::string AtPlaces() const {
    std::string branches;
    for (const CompletionPlace& place : places_) {
      std::vector<std::string> options;
      for (const OptionOutline* option : place.options) options.push_back(option->names.front());
      branches += "    " + ShellQuoted(place.path) +
                  ")\n      options=" + ShellQuoted(Joined(options, " ")) + "\n      " +
                  OfferArguments(place) + " ;;\n";
    }
    return branches;
  }

 private:
  static std::string OfferArguments(const CompletionPlace& place) {
    CompletionWords words = place.arguments;
    for (const CommandOutline* command : place.commands) words.choices.push_back(command->name);
    return Offer(words);
  }

  static std::string Offer(const CompletionWords& words) {
    if (words.files) return "files=yes";
    if (!words.list.empty()) {
      return "candidates=$(injector completion " + words.list + " 2>/dev/null)";
    }
    return "candidates=" + ShellQuoted(Joined(words.choices, " "));
  }

  std::vector<CompletionPlace> places_;
};

}  // namespace

std::string BashCompletion(const CommandOutline& program) {
  const ScriptBody body(program);
  return "# Completion of injector in bash: source this file, or save it as\n"
         "# ~/.local/share/bash-completion/completions/injector\n"
         "_injector() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local place=injector candidates= options= files= i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$place ${COMP_WORDS[i]}\" in\n"
         "      " +
         body.Paths() +
         ")\n"
         "        place=\"$place ${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$place\" in\n" +
         body.AtPlaces() +
         "  esac\n"
         "  [[ $word == -* ]] && candidates=$options files=\n"
         "  case \"$place $previous\" in\n" +
         body.AfterOptions() +
         "  esac\n"
         "  if [[ -n $files ]]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
         "    compopt -o filenames 2>/dev/null\n"
         "  else\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$word\")\n"
         "  fi\n"
         "}\n"
         "complete -F _injector injector\n";
}

std::string ZshCompletion(const CommandOutline& program) {
  const ScriptBody body(program);
  return "#compdef injector\n"
         "# Completion of injector in zsh: save this file as _injector in a directory of $fpath.\n"
         "_injector() {\n"
         "  local word=${words[CURRENT]} previous=${words[CURRENT-1]}\n"
         "  local place=injector candidates= options= files= i\n"
         "  for ((i = 2; i < CURRENT; i++)); do\n"
         "    case \"$place ${words[i]}\" in\n"
         "      " +
         body.Paths() +
         ")\n"
         "        place=\"$place ${words[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$place\" in\n" +
         body.AtPlaces() +
         "  esac\n"
         "  [[ $word == -* ]] && candidates=$options files=\n"
         "  case \"$place $previous\" in\n" +
         body.AfterOptions() +
         "  esac\n"
         "  if [[ -n $files ]]; then\n"
         "    _files\n"
         "  else\n"
         "    compadd -- ${=candidates}\n"
         "  fi\n"
         "}\n"
         "if [[ ${funcstack[1]} == _injector ]]; then _injector; else compdef _injector injector; "
         "fi\n";
}

}  // namespace injector
