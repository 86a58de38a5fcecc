// What a lease's thread hands over, and what it hears.

#include "runner_shim/job/rotation_inbox.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <future>

namespace runner_shim {
namespace {

using injector::Secret;

JobChange ChangeWith(std::string_view content) {
  JobChange change;
  change.files.push_back({"file", Secret::CopyOf(content)});
  return change;
}

bool IsReadable(int fd, int timeout_ms) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, timeout_ms) == 1;
}

TEST(RotationInbox, APostWaitsForItsAnswer) {
  const auto inbox = *RotationInbox::Open();
  EXPECT_FALSE(IsReadable(inbox->fd(), 0));
  for (const bool answer : {true, false}) {
    auto posted =
        std::async(std::launch::async, [&inbox] { return inbox->Post(ChangeWith("new")); });
    ASSERT_TRUE(IsReadable(inbox->fd(), -1));
    std::optional<JobChange> change = inbox->Take();
    ASSERT_TRUE(change);
    EXPECT_EQ(change->files[0].content.Reveal(), "new");
    EXPECT_FALSE(IsReadable(inbox->fd(), 0));
    EXPECT_FALSE(inbox->Take());
    inbox->Answer({.masked = answer, .undone = {"file"}});
    const JobChangeOutcome outcome = posted.get();
    EXPECT_EQ(outcome.masked, answer);
    EXPECT_EQ(outcome.undone, std::vector<std::string>{"file"});
  }
}

TEST(RotationInbox, ClosedItAnswersEverybody) {
  const auto inbox = *RotationInbox::Open();
  auto posted = std::async(std::launch::async, [&inbox] { return inbox->Post(ChangeWith("new")); });
  ASSERT_TRUE(IsReadable(inbox->fd(), -1));
  inbox->Close();
  EXPECT_FALSE(posted.get().masked);
  EXPECT_FALSE(inbox->Post(ChangeWith("later")).masked);
}

}  // namespace
}  // namespace runner_shim
