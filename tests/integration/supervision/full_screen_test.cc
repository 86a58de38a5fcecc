// Programs that draw a whole screen look the same with and without the shim: tmux is the terminal,
// and tells what it shows, colours and cursor included.

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/supervision/shim_process.h"
#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using injector::testing::ProgramRun;
using injector::testing::RunProgram;
using injector::testing::TempDir;

// A terminal of 80 by 24 with a shell in it.
class Screen {
 public:
  Screen() : server_(Command({"-f", "/dev/null", "-D"})) {
    // The server needs a moment to listen.
    // Not one of its own making, which nobody would end.
    while (RunProgram(Command({"-N", "new-session", "-d", "-x", "80", "-y", "24",
                               "env PS1='prompt> ' bash --norc --noprofile -i"}))
               .exit_status != 0) {
      Rest();
    }
    AwaitText("prompt>");
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Keys as tmux names them ("Enter", "C-c"), or text.
  void Type(const std::string& keys) const { Tmux({"send-keys", keys}); }
  // What is shown, with colours; then where the cursor is, and which screen is shown.
  std::string Now() const {
    return Tmux({"capture-pane", "-p", "-e"}) +
           Tmux({"display-message", "-p", "#{cursor_x} #{cursor_y} #{alternate_on}"});
  }
  void Resize(int columns, int rows) const {
    Tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
  }
  void AwaitText(const std::string& text) const {
    while (Now().find(text) == std::string::npos) Rest();
  }
  // Waits until that is what is shown; the test's time-out ends a wait in vain.
  void Await(const std::string& screen) const {
    while (Now() != screen) Rest();
  }
  // What is shown once it has stopped changing.
  std::string Settled() const {
    std::string shown = Now();
    for (int same = 0; same < 5;) {
      Rest();
      const std::string next = Now();
      same = next == shown ? same + 1 : 0;
      shown = next;
    }
    return shown;
  }

 private:
  // A screen is nobody's event.
  static void Rest() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

  ProgramRun Command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"tmux", "-S", directory_ / "socket"});
    return {.argv = std::move(arguments),
            .environment = {"LC_ALL=C.UTF-8"},
            .stdin_bytes = "",
            .working_directory = directory_.path()};
  }
  std::string Tmux(std::vector<std::string> arguments) const {
    return RunProgram(Command(std::move(arguments))).out;
  }

  const TempDir directory_;
  injector::testing::RunningProgram server_;  // gone with the test, however that ends
};

class FullScreen : public ::testing::Test {
 protected:
  void SetUp() override {
    if (RunShim({"tmux", "-V"}).exit_status != 0) GTEST_SKIP() << "tmux is not installed";
    std::ostringstream text;
    for (int line = 1; line <= 200; ++line) text << "line " << line << " of the text\n";
    file_ = directory_.Write("text", text.str());
  }

  // Types `command` once for each of two terminals, in one of them under the shim, and then
  // `steps`; after each both have to show the same.
  void ExpectTheSame(const std::string& command, const std::vector<std::string>& steps) {
    directory_.Write("plain", "#!/bin/sh\nexec " + command + "\n");
    directory_.Write("shim", "#!/bin/sh\nexec " + tests::ShimUnderTest() + " -- " + command + "\n");
    const Screen plain;
    const Screen shim;
    plain.Type("clear; sh " + (directory_ / "plain") + " # .");
    shim.Type("clear; sh " + (directory_ / "shim") + " # ..");
    for (const Screen* screen : {&plain, &shim}) screen->Type("Enter");
    shim.Await(plain.Settled());
    for (const std::string& step : steps) {
      for (const Screen* screen : {&plain, &shim}) screen->Type(step);
      shim.Await(plain.Settled());
    }
    for (const Screen* screen : {&plain, &shim}) screen->Resize(60, 15);
    shim.Await(plain.Settled());
    last_ = shim.Now();
  }

  const TempDir directory_;
  std::string file_;
  std::string last_;
};

TEST_F(FullScreen, OfAnEditor) {
  ExpectTheSame("vi -u NONE -i NONE -n " + file_, {"i", "typed text", "Escape", "G", "C-u",
                                                   "/line 7", "Enter", ":set number", "Enter"});
  EXPECT_NE(last_.find("line 7"), std::string::npos) << last_;
}

TEST_F(FullScreen, OfAPager) {
  ExpectTheSame("less -R " + file_, {"Space", "/line 9", "Enter", "G", "k"});
  EXPECT_NE(last_.find("of the text"), std::string::npos) << last_;
}

TEST_F(FullScreen, IsGivenBackByAPager) {
  ExpectTheSame("less " + file_, {"Space", "q", "echo back", "Enter"});
  EXPECT_NE(last_.find("back"), std::string::npos) << last_;
}

TEST_F(FullScreen, OfAProcessViewer) {
  const Screen screen;
  screen.Type("exec " + tests::ShimUnderTest() + " -- top -d 600");
  screen.Type("Enter");
  screen.AwaitText("PID USER");
  // Its header line stands in reverse video across the whole width.
  const std::string shown = screen.Settled();
  EXPECT_NE(shown.find("\x1b[7m"), std::string::npos) << shown;
  EXPECT_NE(shown.find("load average"), std::string::npos) << shown;
}

}  // namespace
}  // namespace runner_shim
