#pragma once
// What is said about a command line that cannot be understood. Never a word of it: a mistyped
// option may well be a secret in the wrong place. Only names that we know are spelled out.

#include <string>
#include <vector>

#include "injector/base/error.h"

namespace CLI {
class ParseError;
}

namespace runner_shim {

// For a command line that is wrong in a way of its own.
injector::Error UsageError(std::string message);

// For what CLI11 refused, without the value that it refused.
injector::Error UsageErrorFor(const CLI::ParseError& error);

// For words in front of the -- that are neither options nor their values; the nearest option is
// named where the first looks like one. Requires: not empty.
injector::Error UnknownWords(const std::vector<std::string>& words);

}  // namespace runner_shim
