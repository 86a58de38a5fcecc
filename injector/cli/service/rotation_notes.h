#pragma once
// What a program that makes new secrets has said on its stderr, for whoever watches.

#include <string>

#include "injector/cli/service/rotation_program.h"
#include "injector/model/connection.h"

namespace injector {

// Its text without secrets: those of `current`, and everything that it printed on stdout, right or
// wrong, whole and each value of it. Where the text was cut, its end may be half a secret: what a
// secret may take there, and the rest of that line, is left out. No newline at the end.
std::string NotesOf(const ProgramOutput& output, const Connection& current);

}  // namespace injector
