// Stands in for runner-shim where tests are to run one for another processor
// (RUNNER_SHIM_UNDER_TEST): the program SHIM by the emulator QEMU, both full paths that
// tests/tools/static-arm64 compiles in. Not a shell script, because a shell changes what it hands
// on: variables with odd names, ignored signals, the name that the program is called by.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <vector>

int main(int argc, char** argv) {
  static char qemu[] = QEMU;
  static char name_option[] = "-0";
  static char shim[] = SHIM;
  std::vector<char*> words = {qemu, name_option, argv[0], shim};
  words.insert(words.end(), argv + 1, argv + argc + 1);  // the null pointer at the end, too
  ::execv(qemu, words.data());
  std::cerr << QEMU ": " << std::strerror(errno) << "\n";
  return 127;
}
