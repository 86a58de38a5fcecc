#include "injector/cli/connections/connection_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/base/clock.h"
#include "injector/model/json.h"

namespace injector {
namespace {

using testing::HasSubstr;

const std::chrono::system_clock::time_point kNow = *ParseRfc3339("2026-06-01T00:00:00Z");

Connection Example() {
  Connection connection;
  connection.name = {"generic", "shop"};
  connection.secret_fields = {"pin"};
  connection.version = 3;
  auto input = ParseConnectionInput(*ParseJson(
      R"({"host":"h","pin":"1234-pin","url":"https://u:url-pw@h/","extra":{"api_key":"k-e-y","n":1}})"));
  return ApplyInput(std::move(connection), *std::move(input));
}

TEST(ConnectionView, ShowsFieldsAndMasksSecrets) {
  const Secret text = ConnectionAsText(Example(), SecretView::kHidden, kNow, Emphasis::None());
  EXPECT_EQ(text.Reveal(),
            "name     shop\n"
            "type     generic\n"
            "default  no\n"
            "version  3\n"
            "\n"
            "host           h\n"
            "pin            ***\n"
            "url            https://u:***@h/\n"
            "extra.api_key  ***\n"
            "extra.n        1\n");
}

std::string SettingsOf(const Connection& connection) {
  const Secret text = ConnectionAsText(connection, SecretView::kHidden, kNow, Emphasis::None());
  return std::string(text.Reveal().substr(0, text.Reveal().find("\n\n")));
}

TEST(ConnectionView, LeavesOutTheVersionOfASourceThatDoesNotCount) {
  Connection connection = Example();
  connection.version = 0;
  EXPECT_THAT(SettingsOf(connection), testing::Not(HasSubstr("version")));
}

TEST(ConnectionView, MarksWhatHasExpired) {
  Connection connection = Example();
  connection.expires_at = "2026-05-31T23:59:59Z";
  EXPECT_THAT(SettingsOf(connection), HasSubstr("expires  2026-05-31T23:59:59Z EXPIRED"));
  connection.expires_at = "2026-06-01T00:00:01Z";
  EXPECT_THAT(SettingsOf(connection), testing::Not(HasSubstr("EXPIRED")));
}

TEST(ConnectionView, ShowsTheLinesOfAValueAsLines) {
  const struct {
    std::string value;
    std::string shown;
  } rows[] = {
      {R"(a\nb)", R"(v  a\nb)"
                  "\n"},
      {"a\nb", "v  2 lines, no newline after the last:\n  | a\n  | b\n"},
      {"a\n\nb\n", "v  3 lines:\n  | a\n  | \n  | b\n"},
      {"a\n", "v  1 line:\n  | a\n"},
      {"\x1b[2J\r\nb\n", "v  2 lines:\n  | \\x1b[2J\\r\n  | b\n"},
  };
  for (const auto& row : rows) {
    Connection connection;
    connection.name = {"generic", "x"};
    connection.fields.push_back({"v", Value::String(row.value)});
    const Secret text = ConnectionAsText(connection, SecretView::kHidden, kNow, Emphasis::None());
    EXPECT_EQ(text.Reveal().substr(text.Reveal().find("\n\n") + 2), row.shown);
  }
}

TEST(ConnectionView, RevealsWhenAsked) {
  const Secret text = ConnectionAsText(Example(), SecretView::kRevealed, kNow, Emphasis::None());
  for (const char* secret : {"1234-pin", "https://u:url-pw@h/", "k-e-y"}) {
    EXPECT_THAT(std::string(text.Reveal()), HasSubstr(secret));
  }
}

}  // namespace
}  // namespace injector
