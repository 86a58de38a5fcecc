// Prints its environment, one entry a line. Linked statically: runs where there is nothing else.

#include <unistd.h>

#include <cstdio>

int main() {
  for (char** entry = environ; *entry != nullptr; ++entry) std::puts(*entry);
  return 0;
}
