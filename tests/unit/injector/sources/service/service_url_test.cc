#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/sources/service/service_client.h"

namespace injector {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseServiceUrlTest, TakesHttpsAnywhereAndHttpOnThisMachine) {
  for (const char* url : {"https://ci.example.com", "https://ci.example.com:8443/injector",
                          "https://[2001:db8::1]:8443", "http://127.0.0.1:8080", "http://localhost",
                          "http://[::1]:80/x"}) {
    const Result<std::string> parsed = ParseServiceUrl(url);
    ASSERT_TRUE(parsed.ok()) << url;
    EXPECT_EQ(*parsed, url);
    EXPECT_EQ(ParseServiceUrl(std::string(url) + "//").value(), url);
  }
}

TEST(ParseServiceUrlTest, RefusesEverythingElse) {
  for (const char* url :
       {"", "https://", "https:///x", "http://", "ftp://ci", "ci.example.com", "http://10.0.0.1",
        "http://localhost.example.com", "http://127.0.0.1@evil.example.com", "https://u:canary@ci",
        "https://ci/?a=b", "https://ci/#x", "https://ci /", "https://ci\\x", "https://ci\n",
        "http://[::1", "HTTP://127.0.0.1"}) {
    const Result<std::string> parsed = ParseServiceUrl(url);
    ASSERT_FALSE(parsed.ok()) << url;
    EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(parsed.error().message(), Not(HasSubstr("canary")));
  }
}

}  // namespace
}  // namespace injector
