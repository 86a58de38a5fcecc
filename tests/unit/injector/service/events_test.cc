// Events for others: what is told, in which order, how often, and what a receiver that does not
// take them costs.

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "injector/base/unique_fd.h"
#include "injector/service/events/event_sender.h"
#include "injector/service/events/event_targets.h"
#include "injector/service/events/syslog.h"
#include "injector/service/events/webhook.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> ActionsOf(const std::vector<FeedEvent>& events) {
  std::vector<std::string> actions;
  for (const FeedEvent& event : events) actions.push_back(event.action);
  return actions;
}

// Takes what it is told to, and lets a test wait for it.
class Mailbox {
 public:
  Status Put(const FeedEvent& event) {
    const std::lock_guard lock(mutex_);
    ++attempts_;
    changed_.notify_all();
    if (!answer_.ok()) return answer_;
    ids_.push_back(event.id);
    return {};
  }
  void Answer(Status answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  std::vector<std::string> WaitForIds(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ids_.size() >= count; });
    return ids_;
  }
  void WaitForAttempts(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return attempts_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Status answer_;
  int attempts_ = 0;
  std::vector<std::string> ids_;
};

class MailboxReceiver final : public EventReceiver {
 public:
  explicit MailboxReceiver(Mailbox& mailbox) : mailbox_(mailbox) {}
  std::string name() const override { return "mailbox"; }
  Status Deliver(const FeedEvent& event, const std::stop_token&) override {
    return mailbox_.Put(event);
  }

 private:
  Mailbox& mailbox_;
};

class EventsTest : public testing::ServiceFixture {
 protected:
  EventFeed Feed(const std::string& program = "one") { return {*desk_, "somebody", program}; }
  std::vector<FeedEvent> Take(EventFeed feed) {
    std::vector<FeedEvent> events = feed.Next(100).value();
    for (const FeedEvent& event : events) EXPECT_TRUE(feed.Done(event).value());
    return events;
  }
  std::unique_ptr<EventSender> Send() {
    EventSender::Options options;
    options.interval = options.first_pause = options.longest_pause = std::chrono::milliseconds(1);
    return std::make_unique<EventSender>(
        *desk_, std::make_unique<MailboxReceiver>(mailbox_), options,
        EventSender::Observer{
            .delivered = [] {}, .lost = [this] { ++lost_; }, .failed = [](const Error&) {}});
  }
  // The receiver is known from here on.
  void Introduce(const std::string& name) {
    EXPECT_THAT(EventFeed(*desk_, name, "one").Next(1).value(), IsEmpty());
    clock_.Advance(std::chrono::minutes(2));  // its claim is over
  }

  Mailbox mailbox_;
  std::atomic<int> lost_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, EventsTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(EventsTest, TellWhatHappensButNoGrantsAndNoSecrets) {
  MakeConnection("before");
  EXPECT_THAT(Take(Feed()), IsEmpty());
  const std::string id = MakeAttached("main");
  ASSERT_TRUE(grants().Create(Runner(), Ask({"main"})).ok());
  ASSERT_FALSE(grants().Create(Runner(), Ask({"before"})).ok());
  ASSERT_TRUE(
      connections().Patch(Admin(), id, 1, testing::Json(R"({"config":{"host":"h"}})")).ok());
  ASSERT_TRUE(connections().Create(OtherAdmin(), testing::PostgresBody("theirs")).ok());
  const std::vector<FeedEvent> events = Take(Feed());
  EXPECT_THAT(ActionsOf(events),
              ::testing::UnorderedElementsAre("connection.create", "attachment.create",
                                              "connection.change", "connection.create"));
  for (const FeedEvent& event : events) {
    EXPECT_THAT(event.json, Not(HasSubstr(std::string(testing::kPassword))));
    const Value json = testing::Json(event.json);
    EXPECT_EQ(json.Find("id")->string().Reveal(),
              event.org_id + ":" + std::to_string(event.sequence));
    EXPECT_EQ(json.Find("event")->Find("action")->string().Reveal(), event.action);
  }
  EXPECT_THAT(Take(Feed()), IsEmpty());
}

TEST_P(EventsTest, TellOfANewOrgFromItsBeginning) {
  Introduce("somebody");
  ASSERT_TRUE(CreateOrg(*desk_, "newcomer").ok());
  EXPECT_THAT(ActionsOf(Take(Feed())), ElementsAre("org.create"));
}

TEST_P(EventsTest, ComeAgainUntilTheyAreDone) {
  Introduce("somebody");
  MakeConnection("a");
  MakeConnection("b");
  EventFeed feed = Feed();
  const std::vector<FeedEvent> first = feed.Next(1).value();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(feed.Next(1).value().front().id, first.front().id);
  ASSERT_TRUE(feed.Done(first.front()).value());
  const std::vector<FeedEvent> second = feed.Next(100).value();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second.front().sequence, first.front().sequence + 1);
}

// An altered event is nobody's to tell of; whoever alters one silences no other.
TEST_P(EventsTest, GoOnBehindOnesThatCannotBeRead) {
  Introduce("somebody");
  for (const char* name : {"a", "b", "c"}) MakeConnection(name);
  ASSERT_EQ(
      Tamper("UPDATE audit_events SET body = 'x' WHERE org_id = :1 AND sequence IN (2, 3)", {org_}),
      2);
  EventFeed feed = Feed();
  std::vector<FeedEvent> events;
  for (int i = 0; i < 3 && events.empty(); ++i) events = feed.Next(2).value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().sequence, 4);
}

TEST_P(EventsTest, AreSentByOneProgramAndByAnotherWhenThatIsGone) {
  Introduce("somebody");
  MakeConnection("a");
  EXPECT_EQ(Feed("one").Next(100).value().size(), 1U);
  EXPECT_THAT(Feed("two").Next(100).value(), IsEmpty());
  clock_.Advance(std::chrono::seconds(59));
  EXPECT_EQ(Feed("one").Next(100).value().size(), 1U);
  clock_.Advance(std::chrono::seconds(61));
  EXPECT_EQ(Feed("two").Next(100).value().size(), 1U);
  EXPECT_THAT(Feed("one").Next(100).value(), IsEmpty());
}

// A batch may take longer than a claim lasts: each event that is done renews it.
TEST_P(EventsTest, AreSentByOneProgramHoweverLongTheyTake) {
  Introduce("somebody");
  for (const char* name : {"a", "b", "c"}) MakeConnection(name);
  EventFeed one = Feed("one");
  const std::vector<FeedEvent> events = one.Next(100).value();
  ASSERT_EQ(events.size(), 3U);
  for (const FeedEvent& event : events) {
    clock_.Advance(std::chrono::seconds(59));
    EXPECT_TRUE(one.IsOurs().value());
    clock_.Advance(std::chrono::seconds(59));
    EXPECT_THAT(Feed("two").Next(100).value(), IsEmpty()) << "it has said so again";
    EXPECT_TRUE(one.Done(event).value());
    clock_.Advance(std::chrono::seconds(59));
    EXPECT_THAT(Feed("two").Next(100).value(), IsEmpty());
  }
}

// A program that slept, or was stopped, while another one took over.
TEST_P(EventsTest, AreNotTakenBackByAProgramThatWasAway) {
  Introduce("somebody");
  for (const char* name : {"a", "b", "c"}) MakeConnection(name);
  EventFeed one = Feed("one");
  const std::vector<FeedEvent> held = one.Next(100).value();
  clock_.Advance(std::chrono::seconds(61));
  EXPECT_EQ(Take(Feed("two")).size(), 3U);
  EXPECT_FALSE(one.IsOurs().value());
  EXPECT_FALSE(one.Done(held.front()).value());
  EXPECT_THAT(one.Next(100).value(), IsEmpty());
  EXPECT_THAT(Feed("two").Next(100).value(), IsEmpty()) << "all three are delivered";
}

TEST_P(EventsTest, ReachAReceiverThatWasAway) {
  Introduce("mailbox");
  mailbox_.Answer(Error(ErrorCode::kUnavailable, "away"));
  const auto sender = Send();
  for (const char* name : {"a", "b", "c"}) MakeConnection(name);
  mailbox_.WaitForAttempts(3);
  mailbox_.Answer({});
  const std::vector<std::string> ids = mailbox_.WaitForIds(3);
  EXPECT_THAT(ids, ElementsAre(org_ + ":2", org_ + ":3", org_ + ":4"));
  EXPECT_EQ(lost_, 0);
}

TEST_P(EventsTest, AreGivenUpWhenTheyAreOldOrNeverTaken) {
  Introduce("mailbox");
  mailbox_.Answer(Error(ErrorCode::kUnavailable, "away"));
  MakeConnection("old");
  clock_.Advance(std::chrono::hours(25));
  auto sender = Send();
  while (lost_ < 1) mailbox_.WaitForAttempts(1);
  mailbox_.Answer(Error(ErrorCode::kInvalidArgument, "too long"));
  MakeConnection("long");
  while (lost_ < 2) mailbox_.WaitForAttempts(1);
  mailbox_.Answer({});
  MakeConnection("late");
  EXPECT_THAT(mailbox_.WaitForIds(1), ElementsAre(org_ + ":4"));
}

TEST(Webhook, IsSignedAsTheReadmeSays) {
  // echo -n '1767225600.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
  const Secret key = Secret::CopyOf("0123456789abcdef");
  EXPECT_EQ(WebhookSignature(key, "1767225600", "{}").value(),
            "v1=99902517b3069f78750aa0520b0493482454c2d30a579c7acc839f3363ca1b88");
}

TEST(Webhook, RefusesWhatWouldNotBeSafe) {
  const SystemClock clock;
  const auto refused = [&](const char* url, const char* key) {
    return !MakeWebhook({.url = url, .key = Secret::CopyOf(key), .ca_file = ""}, clock).ok();
  };
  EXPECT_FALSE(refused("https://hooks.example.com/x?y=z", "0123456789abcdef"));
  EXPECT_FALSE(refused("http://127.0.0.1:8080/", "0123456789abcdef"));
  EXPECT_TRUE(refused("http://hooks.example.com/", "0123456789abcdef"));
  EXPECT_TRUE(refused("ftp://hooks.example.com/", "0123456789abcdef"));
  EXPECT_TRUE(refused("https://me:pw@hooks.example.com/", "0123456789abcdef"));
  EXPECT_TRUE(refused("https://hooks.example.com/", "0123456789abcde"));
  EXPECT_TRUE(refused("https://hooks.example.com/?a=b\nmore", "0123456789abcdef"));
  EXPECT_TRUE(refused("https://hooks.example.com/ ", "0123456789abcdef"));
}

// A syslog daemon's socket.
class Daemon {
 public:
  explicit Daemon(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ::unlink(path.c_str());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  std::string Receive() const {
    char bytes[8192];
    const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    return std::string(bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }

 private:
  UniqueFd socket_;
};

FeedEvent Example() {
  return {.org_id = "o",
          .sequence = 7,
          .id = "o:7",
          .action = "connection.change",
          .refused = false,
          .time = FromUnixSeconds(1'767'225'600),
          .json = R"({"id":"o:7"})"};
}

TEST(Syslog, IsRfc5424) {
  FeedEvent event = Example();
  EXPECT_EQ(SyslogMessage(event, "host", 42),
            R"(<85>1 2026-01-01T00:00:00Z host injector 42 connection.change - {"id":"o:7"})");
  event.refused = true;
  event.action = std::string(40, 'a');
  EXPECT_EQ(SyslogMessage(event, "host", 42), "<84>1 2026-01-01T00:00:00Z host injector 42 " +
                                                  std::string(32, 'a') + R"( - {"id":"o:7"})");
}

TEST(Syslog, GoesToTheDaemonThatIsThereNow) {
  const testing::TempDir directory;
  const std::string path = directory / "log";
  const auto syslog = MakeSyslog(path);
  EXPECT_EQ(syslog->Deliver(Example(), {}).error().code(), ErrorCode::kUnavailable);
  for (int restart = 0; restart < 2; ++restart) {
    const Daemon daemon(path);
    // The first one may find that the old socket is gone.
    while (!syslog->Deliver(Example(), {}).ok()) {
    }
    EXPECT_THAT(daemon.Receive(), HasSubstr(R"(connection.change - {"id":"o:7"})"));
  }
  FeedEvent huge = Example();
  huge.json = std::string(std::size_t{4} << 20, 'x');
  const Daemon daemon(path);
  while (!syslog->Deliver(Example(), {}).ok()) {
  }
  EXPECT_EQ(syslog->Deliver(huge, {}).error().code(), ErrorCode::kInvalidArgument);
}

TEST(EventTargets, ReadTheKeyOnceAndRefuseAnEmptyOne) {
  const SystemClock clock;
  const testing::TempDir directory;
  EXPECT_THAT(OpenReceivers({}, clock).value(), IsEmpty());
  EventTargets targets{.webhook_url = "https://h/",
                       .webhook_key_file = directory.Write("key", "0123456789abcdef\n"),
                       .webhook_ca_file = "",
                       .syslog_path = "/dev/log"};
  EXPECT_EQ(OpenReceivers(targets, clock).value().size(), 2U);
  directory.Write("key", "0123456789abcde\n\n");
  EXPECT_FALSE(OpenReceivers(targets, clock).ok());
  directory.Write("key", "0123456789abcdef");
  targets.webhook_url = "";
  EXPECT_EQ(OpenReceivers(targets, clock).value().size(), 1U);
  targets.webhook_url_file = directory.Write("url", "https://hooks.example.com/s3cret?token=x\n");
  EXPECT_EQ(OpenReceivers(targets, clock).value().size(), 2U);
  directory.Write("url", "hooks.example.com\n");
  EXPECT_FALSE(OpenReceivers(targets, clock).ok());
  targets.webhook_url = "https://h/";
  targets.webhook_url_file = "";
  targets.webhook_key_file = directory / "none";
  EXPECT_FALSE(OpenReceivers(targets, clock).ok());
}

}  // namespace
}  // namespace injector
