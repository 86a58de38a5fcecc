#include "tests/support/paths.h"

#include <cstdlib>

namespace tests {

std::string SourceFile(std::string_view name) { return SOURCE_DIR "/tests/" + std::string(name); }

std::string Program(std::string_view name) { return BINARY_DIR "/bin/" + std::string(name); }

std::string ShimUnderTest() {
  const char* named = std::getenv("RUNNER_SHIM_UNDER_TEST");
  return named != nullptr ? named : Program("runner-shim");
}

std::string TestProgram(std::string_view name) {
  return BINARY_DIR "/tests/programs/" + std::string(name);
}

std::string StaticShim() { return SOURCE_DIR "/build/static/bin/runner-shim"; }

}  // namespace tests
