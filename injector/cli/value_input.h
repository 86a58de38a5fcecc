#pragma once
// Values that must not stand on the command line: read from stdin, from a file, or asked for.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// What stands for a value on the command line.
struct ValueOrigin {
  enum class Kind { kPrompt, kStdin, kFile };
  Kind kind = Kind::kPrompt;
  std::string path;  // of kFile
};

// "-" is stdin, "@FILE" a file. kInvalidArgument for anything else, which is not
// repeated: it may be the value itself. `option` names the place in the message.
Result<ValueOrigin> ParseValueOrigin(std::string_view text, std::string_view option);

// A value of at most 64 KiB, as it is. `name` stands for it in questions and messages. Where stdin
// is a terminal the value is asked for instead, without echo. kInvalidArgument for text that is not
// UTF-8: it could not be stored unchanged.
Result<Secret> ReadValue(const ValueOrigin& origin, std::string_view name);

// `value` without one final newline (LF or CRLF), which editors and `echo` add.
Secret WithoutFinalNewline(Secret value);

// kInvalidArgument for an empty `value`, which is more often a failed command before the pipe than
// a credential. `name` stands for it in the message, `remedy` leads its hint.
Status RefuseEmpty(const Secret& value, std::string_view name, std::string_view remedy = {});

bool StdinIsTerminal();

// Asks on the terminal, without echo; nothing typed is an answer.
Result<Secret> AskForOptional(std::string_view question);

// A document of at most 1 MiB, as it is. Refused when it would be typed on a terminal.
Result<Secret> ReadDocument(const ValueOrigin& origin, std::string_view name);

}  // namespace injector
