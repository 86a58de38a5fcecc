// exit_with code N | exit_with signal N: ends in exactly that way.

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  if (argc != 3) return 99;
  const int number = std::atoi(argv[2]);
  if (std::string_view(argv[1]) == "code") ::_exit(number);
  ::signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(number);
  return 98;
}
