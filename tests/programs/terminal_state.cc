// terminal_state FILE [resized]: writes into FILE, one word a line, which of its standard
// descriptors are terminals and where it stands. With `resized` it says "ready" on its terminal,
// waits for SIGWINCH, and prints the new size.

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

namespace {

void AwaitNewSize() {
  sigset_t window;
  sigemptyset(&window);
  sigaddset(&window, SIGWINCH);
  ::sigprocmask(SIG_BLOCK, &window, nullptr);
  std::puts("ready");
  std::fflush(stdout);
  int received = 0;
  ::sigwait(&window, &received);
  winsize size{};
  ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  std::printf("size %d %d\n", size.ws_row, size.ws_col);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 99;
  std::FILE* file = std::fopen(argv[1], "w");
  if (file == nullptr) return 98;
  if (::isatty(STDIN_FILENO) != 0) std::fputs("stdin\n", file);
  if (::isatty(STDOUT_FILENO) != 0) std::fputs("stdout\n", file);
  if (::isatty(STDERR_FILENO) != 0) std::fputs("stderr\n", file);
  if (::getsid(0) == ::getpid()) std::fputs("leads_session\n", file);
  if (::getpgrp() == ::getpid()) std::fputs("leads_group\n", file);
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal >= 0 && ::tcgetpgrp(terminal) == ::getpgrp()) std::fputs("foreground\n", file);
  std::fclose(file);
  if (argc > 2) AwaitNewSize();
  return 0;
}
