// The script for bash, and for zsh, whose language is the same where it matters here.

#include "injector/base/shell_quote.h"
#include "injector/cli/completion/completion_script.h"

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
        std::vector<std::string> patterns;
        for (const std::string& name : option->names) {
          patterns.push_back(ShellQuoted(place.path + " " + name));
        }
        branches += "    " + Joined(patterns, "|") + ") " +
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
      return "files= candidates=$(injector completion " + words.list + " 2>/dev/null)";
    }
    return "files= candidates=" + ShellQuoted(Joined(words.choices, " "));
  }

  std::vector<CompletionPlace> places_;
};

// What the two shells say differently.
struct Dialect {
  const char* head;  // up to the function's own code
  // Sets `word`, the one to be completed, `previous`, the one before it, and `before`, all between
  // the program and it. In --name=value the value is the word.
  const char* words;
  const char* files;  // offers file names
  const char* list;   // offers $candidates
  const char* tail;   // behind the function
};

std::string Script(const CommandOutline& program, const Dialect& dialect) {
  const ScriptBody body(program);
  return std::string(dialect.head) + "_injector() {\n" + dialect.words +
         "  local place=injector candidates= options= files= one\n"
         "  for one in \"${before[@]}\"; do\n"
         "    case \"$place $one\" in\n"
         "      " +
         body.Paths() +
         ")\n"
         "        place=\"$place $one\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$place\" in\n" +
         body.AtPlaces() +
         "  esac\n"
         "  [[ $word == -* ]] && candidates=$options files=\n"
         "  case \"$place $previous\" in\n" +
         body.AfterOptions() + "  esac\n  if [[ -n $files ]]; then\n" + dialect.files + "  else\n" +
         dialect.list + "  fi\n}\n" + dialect.tail;
}

}  // namespace

std::string BashCompletion(const CommandOutline& program) {
  return Script(
      program,
      {.head = "# Completion of injector in bash: source this file, or save it as\n"
               "# ~/.local/share/bash-completion/completions/injector\n",
       // Bash makes a word of its own of each `=`.
       .words = "  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                "  local before=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n"
                "  [[ $word == = ]] && word= && previous='='$previous\n"
                "  [[ $previous == = ]] && previous='='${COMP_WORDS[COMP_CWORD-2]}\n"
                "  previous=${previous#=}\n",
       .files = "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                "    compopt -o filenames 2>/dev/null\n",
       .list = "    mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$word\")\n",
       .tail = "complete -F _injector injector\n"});
}

std::string ZshCompletion(const CommandOutline& program) {
  return Script(
      program,
      {.head = "#compdef injector\n"
               "# Completion of injector in zsh: save this file as _injector in a directory of "
               "$fpath.\n",
       .words = "  local word=${words[CURRENT]} previous=${words[CURRENT-1]}\n"
                "  local -a before=(\"${(@)words[2,CURRENT-1]}\")\n"
                "  if [[ $word == --*=* ]]; then\n"
                "    previous=${word%%=*} word=${word#*=}\n"
                "    compset -P '*='\n"
                "  fi\n",
       .files = "    _files\n",
       .list = "    compadd -- ${=candidates}\n",
       .tail = "if [[ ${funcstack[1]} == _injector ]]; then _injector; else compdef _injector "
               "injector; fi\n"});
}

}  // namespace injector
