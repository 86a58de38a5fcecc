#pragma once
// From the words of the command line to what they ask for.
//
// Trust: somebody may have put a secret among the words by mistake. No message repeats one, but for
// names of commands and options.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/invocation.h"

namespace injector {

// `words`: the arguments after the program's name. A request for help or for the version is an
// action like any other. kInvalidArgument: wrong usage; the hint says what may have been meant.
Result<Invocation> ParseCommandLine(std::vector<std::string> words);

}  // namespace injector
