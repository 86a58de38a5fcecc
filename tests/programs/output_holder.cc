// output_holder STYLE CODE: leaves a process behind that holds the output, and ends with CODE.
// STYLE:
//   silent        it writes nothing and sleeps
//   ticking       it writes "tick" every 50 ms for ever
//   talking       it writes "last words" after 300 ms and ends
//   finishing     it ignores nothing, and on TERM works for a second, writes "finished" and ends
//   stubborn      it ignores TERM

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

void Say(const std::string& text) {
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) ::_exit(1);
}

void Sleep(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

[[noreturn]] void BeTicking() {
  while (true) {
    Say("tick\n");
    Sleep(50);
  }
}

void FinishOnTerm() {
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  int received = 0;
  ::sigwait(&term, &received);
  Sleep(1000);
  Say("finished\n");
}

void BeLeftBehind(const std::string& style) {
  if (style == "ticking") BeTicking();
  if (style == "talking") {
    Sleep(300);
    Say("last words\n");
    return;
  }
  if (style == "finishing") return FinishOnTerm();
  if (style == "stubborn") ::signal(SIGTERM, SIG_IGN);
  Sleep(600'000);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 99;
  // Blocked before the fork, so that an early TERM waits for FinishOnTerm.
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  const std::string style = argv[1];
  if (style == "finishing") ::sigprocmask(SIG_BLOCK, &term, nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    BeLeftBehind(style);
    ::_exit(0);
  }
  Say("left " + std::to_string(child) + "\n");
  return std::atoi(argv[2]);
}
