#include "runner_shim/process/output_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "injector/base/unique_fd.h"

namespace runner_shim {
namespace {

using injector::UniqueFd;

struct Ends {
  UniqueFd reader;
  UniqueFd writer;
};

Ends FromArray(const std::array<int, 2>& fds) { return {UniqueFd(fds[0]), UniqueFd(fds[1])}; }

Ends OpenPipe() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
  return FromArray(fds);
}

Ends OpenSockets() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
  return FromArray(fds);
}

Ends OpenTerminal() {
  int master = -1;
  int slave = -1;
  EXPECT_EQ(::openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  return {UniqueFd(master), UniqueFd(slave)};
}

struct Row {
  const char* name;
  Ends (*open)();
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class OutputSinkTest : public ::testing::TestWithParam<Row> {
 protected:
  void SetUp() override { ::signal(SIGPIPE, SIG_IGN); }
};

TEST_P(OutputSinkTest, WritesUntilTheReaderHasNoRoomAndNeverWaits) {
  const Ends ends = GetParam().open();
  OutputSink sink(ends.writer.get());
  const std::string block(64 * 1024, 'x');
  OutputSink::Written written = sink.Write(block);
  EXPECT_GT(written.bytes, 0U);
  for (int i = 0; i < 1000 && !(written.would_block && written.bytes == 0); ++i) {
    written = sink.Write(block);
    ASSERT_EQ(written.errno_value, 0);
  }
  EXPECT_TRUE(written.would_block);
}

TEST_P(OutputSinkTest, LeavesTheSharedDescriptionBlocking) {
  const Ends ends = GetParam().open();
  OutputSink sink(ends.writer.get());
  sink.Write(std::string(64 * 1024, 'x'));
  EXPECT_EQ(::fcntl(ends.writer.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_P(OutputSinkTest, ReportsThatTheReaderHasGone) {
  Ends ends = GetParam().open();
  OutputSink sink(ends.writer.get());
  ends.reader.Reset();
  EXPECT_NE(sink.Write("x").errno_value, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, OutputSinkTest,
                         ::testing::Values(Row{"pipe", OpenPipe}, Row{"socket", OpenSockets},
                                           Row{"terminal", OpenTerminal}),
                         [](const auto& row) { return std::string(row.param.name); });

// While it lives no file can be opened.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::dup(STDIN_FILENO);
    ::close(lowest_free);
    const rlimit none = {.rlim_cur = static_cast<rlim_t>(lowest_free),
                         .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

// Another user's terminal, outside our session. In one piece (a prompt, say) after another, with a
// line's end that the terminal makes two bytes of.
TEST(OutputSink, NeverWaitsForATerminalThatCannotBeOpenedAgain) {
  const Ends ends = OpenTerminal();
  const NoDescriptors none;
  OutputSink sink(ends.writer.get());
  constexpr int kMore = 1 << 20;  // than any terminal holds
  int written = 0;
  int refusals = 0;
  while (written < kMore && refusals < 10) {
    const OutputSink::Written result = sink.Write("y\n");
    ASSERT_EQ(result.errno_value, 0);
    written += static_cast<int>(result.bytes);
    if (result.bytes == 0) ++refusals;
  }
  EXPECT_GT(written, 0);
  EXPECT_EQ(refusals, 10);
}

TEST(OutputSink, ErrorIsFinalForAnonymousPipesOnly) {
  EXPECT_TRUE(OutputSink(OpenPipe().writer.get()).error_is_final());
  EXPECT_FALSE(OutputSink(OpenSockets().writer.get()).error_is_final());
}

TEST(OutputSink, AppendsToAFileAtItsSharedOffset) {
  std::string path = ::testing::TempDir() + "sink.XXXXXX";
  const UniqueFd file(::mkstemp(path.data()));
  ASSERT_TRUE(file.valid());
  ::unlink(path.c_str());
  ASSERT_EQ(::write(file.get(), "before ", 7), 7);
  OutputSink sink(file.get());
  EXPECT_EQ(sink.Write("after").bytes, 5U);
  std::array<char, 32> content{};
  EXPECT_EQ(::pread(file.get(), content.data(), content.size(), 0), 12);
  EXPECT_STREQ(content.data(), "before after");
}

}  // namespace
}  // namespace runner_shim
