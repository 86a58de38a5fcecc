// await_reader_gone: says "ready", then ends with 7 once nobody can read its stdout any more.

#include <poll.h>
#include <unistd.h>

int main() {
  if (::write(STDOUT_FILENO, "ready\n", 6) != 6) return 1;
  pollfd out = {.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&out, 1, -1) == 1 && (out.revents & POLLERR) != 0 ? 7 : 1;
}
