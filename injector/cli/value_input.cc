#include "injector/cli/value_input.h"

#include <unistd.h>

#include "injector/base/file.h"
#include "injector/base/utf8.h"
#include "injector/cli/terminal.h"

namespace injector {
namespace {

constexpr std::size_t kLargestValue = 64 * 1024;
constexpr std::size_t kLargestDocument = 1024 * 1024;

bool IsTypedOnTerminal(const ValueOrigin& origin) {
  return origin.kind == ValueOrigin::Kind::kPrompt ||
         (origin.kind == ValueOrigin::Kind::kStdin && StdinIsTerminal());
}

Result<Secret> ReadBytes(const ValueOrigin& origin, std::size_t limit) {
  if (origin.kind == ValueOrigin::Kind::kFile) return ReadFile(origin.path, limit);
  return ReadAll(STDIN_FILENO, "stdin", limit);
}

Result<Terminal> OpenTerminal() {
  Result<Terminal> terminal = Terminal::Open();
  if (terminal.ok()) return terminal;
  return std::move(terminal).error().WithHint("give the value from a file or through stdin");
}

Result<Secret> AskFor(std::string_view name) {
  ASSIGN_OR_RETURN(Terminal terminal, OpenTerminal());
  return terminal.AskSecret(std::string(name) + ": ");
}

}  // namespace

Result<ValueOrigin> ParseValueOrigin(std::string_view text, std::string_view option) {
  if (text == "-") return ValueOrigin{ValueOrigin::Kind::kStdin, {}};
  if (text.size() > 1 && text.starts_with('@')) {
    return ValueOrigin{ValueOrigin::Kind::kFile, std::string(text.substr(1))};
  }
  return Error(ErrorCode::kInvalidArgument,
               std::string(option) + ": takes - for stdin or @FILE, not the value itself")
      .WithHint("every process on the machine can read a command line");
}

Result<Secret> ReadValue(const ValueOrigin& origin, std::string_view name) {
  Result<Secret> value =
      IsTypedOnTerminal(origin) ? AskFor(name) : ReadBytes(origin, kLargestValue);
  if (!value.ok()) return std::move(value).error().WithContext(name);
  if (!IsValidUtf8(value->Reveal())) {
    return Error(ErrorCode::kInvalidArgument, std::string(name) + ": not valid UTF-8")
        .WithHint("encode binary values, for example with base64");
  }
  return value;
}

Secret WithoutFinalNewline(Secret value) {
  std::string_view text = value.Reveal();
  if (!text.ends_with('\n')) return value;
  text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return Secret::CopyOf(text);
}

Status RefuseEmpty(const Secret& value, std::string_view name, std::string_view remedy) {
  if (!value.empty()) return {};
  return Error(ErrorCode::kInvalidArgument, std::string(name) + ": the value is empty")
      .WithHint((remedy.empty() ? "" : std::string(remedy) + "; ") +
                "a pipe gives nothing when the command before it fails (`set -o pipefail` shows "
                "that); --allow-empty stores an empty value");
}

bool StdinIsTerminal() { return ::isatty(STDIN_FILENO) == 1; }

Result<Secret> AskForOptional(std::string_view question) {
  ASSIGN_OR_RETURN(Terminal terminal, OpenTerminal());
  return terminal.AskOptionalSecret(question);
}

Result<Secret> ReadDocument(const ValueOrigin& origin, std::string_view name) {
  if (IsTypedOnTerminal(origin)) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string(name) + ": stdin is a terminal, which would show what is typed")
        .WithHint("redirect a file or a program's output to stdin, or use @FILE");
  }
  return ReadBytes(origin, kLargestDocument);
}

}  // namespace injector
