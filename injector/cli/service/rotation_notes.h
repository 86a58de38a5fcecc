#pragma once
// What a program that makes new secrets has said on its stderr, for whoever watches.

#include <string>

#include "injector/cli/service/rotation_program.h"
#include "injector/model/connection.h"

namespace injector {

// Its text without secrets: those of `current`, and every value that it printed on stdout. Where
// these cannot be told, because stdout is no JSON or of more values than a config has, and where
// the text was cut, perhaps amid a secret, it is left out and that is said. No newline at the end.
std::string NotesOf(const ProgramOutput& output, const Connection& current);

}  // namespace injector
