#pragma once
// Runs a program to its end, with exactly the arguments, environment and stdin it is given.

#include <string>
#include <string_view>
#include <vector>

namespace injector {

struct ProgramCall {
  std::string path;
  std::vector<std::string> arguments;    // without the program's own name
  std::vector<std::string> environment;  // NAME=value; nothing is inherited
  std::string stdin_text;
};

struct ProgramResult {
  int exit_status = -1;  // -1: ended by a signal
  std::string out;
  std::string err;
};

// Has no controlling terminal. Blocking.
ProgramResult RunProgram(const ProgramCall& call);

// `call`'s words as execve(2) takes them. They must outlive the result.
std::vector<char*> PointersTo(std::vector<std::string>& words);

}  // namespace injector
