#pragma once
// A master key from another program, such as the command line of a key management service: the key
// is then nowhere on this machine but in our memory.

#include <chrono>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/crypto/key.h"

namespace injector {

// Runs `command` by /bin/sh and takes the one line that it prints: 64 hex digits, or base64 of 32
// bytes, and nothing else. No passphrase: what a command says when it goes wrong would be one.
//
// The command has our environment, without the variables that keys and databases were given by,
// stdin at its end, our stderr, no other descriptor of ours, and `patience` to print the key and to
// end. Errors begin with `option` and repeat nothing of the command or of what it printed:
// kDeadlineExceeded; kUnavailable when it ends otherwise than with status 0; kInvalidArgument when
// what it printed is no key. Blocking.
Result<KeyText> ReadKeyCommand(const std::string& command, std::string_view option,
                               std::chrono::milliseconds patience);

}  // namespace injector
