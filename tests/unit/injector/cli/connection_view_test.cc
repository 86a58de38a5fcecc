#include "injector/cli/connection_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"

namespace injector {
namespace {

using testing::HasSubstr;

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
  const Secret text = ConnectionAsText(Example(), SecretView::kHidden, Emphasis::None());
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

TEST(ConnectionView, RevealsWhenAsked) {
  const Secret text = ConnectionAsText(Example(), SecretView::kRevealed, Emphasis::None());
  for (const char* secret : {"1234-pin", "https://u:url-pw@h/", "k-e-y"}) {
    EXPECT_THAT(std::string(text.Reveal()), HasSubstr(secret));
  }
}

}  // namespace
}  // namespace injector
