#pragma once
// Where tests find what they need on disk. Functions, not macros: a path on every compiler's
// command line would make each checkout compile all tests anew, whatever the compiler cache holds.

#include <string>
#include <string_view>

namespace tests {

// A file below tests/ in the source tree.
std::string SourceFile(std::string_view name);

// A program of ours, as built with this preset: "runner-shim", "injector".
std::string Program(std::string_view name);

// The runner-shim that is under test: the one of RUNNER_SHIM_UNDER_TEST (the static file, say),
// else the one of this preset.
std::string ShimUnderTest();

// One of tests/programs.
std::string TestProgram(std::string_view name);

// runner-shim as the preset `static` builds it; need not exist.
std::string StaticShim();

}  // namespace tests
