#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using testing::ValueOf;
using testing::VariableLines;

struct UrlRow {
  const char* fields;
  const char* url;
};

class HttpUrlTest : public ::testing::TestWithParam<UrlRow> {};

TEST_P(HttpUrlTest, IsPutTogether) {
  const Injection injection = JobUnderTest().With("http.my-api", GetParam().fields).Injected();
  EXPECT_EQ(ValueOf(injection, "MY_API_URL"), GetParam().url) << GetParam().fields;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HttpUrlTest,
    ::testing::Values(UrlRow{R"({"host": "api.example.com"})", "https://api.example.com"},
                      UrlRow{R"({"host": "api.example.com", "port": 8443})",
                             "https://api.example.com:8443"},
                      UrlRow{R"({"host": "h", "schema": "http", "port": 8080})", "http://h:8080"},
                      UrlRow{R"({"host": "::1", "port": 8080})", "https://[::1]:8080"},
                      UrlRow{R"({"host": "[::1]:8080"})", "https://[::1]:8080"},
                      UrlRow{R"({"host": "fe80::1%eth0"})", "https://[fe80::1%25eth0]"},
                      UrlRow{R"({"host": "h:8080", "port": 8080})", "https://h:8080"},
                      UrlRow{R"({"host": "http://h:8080/v1"})", "http://h:8080/v1"},
                      UrlRow{R"({"url": "https://h/v1", "host": "other"})", "https://h/v1"},
                      UrlRow{R"({"token": "t"})", "(unset)"}));

TEST(HttpTest, NamesItsVariablesAfterTheConnection) {
  EXPECT_THAT(
      VariableLines(JobUnderTest()
                        .With("http.crm", R"({"host": "h", "token": "t", "header": "X-Key"})")
                        .Injected()),
      ElementsAre("CRM_URL=https://h", "CRM_TOKEN=t", "CRM_HEADER=X-Key"));
  EXPECT_THAT(VariableLines(JobUnderTest().With("api_key.maps", R"({"key": "k"})").Injected()),
              ElementsAre("MAPS_TOKEN=k"));
}

TEST(HttpTest, LoginAndPasswordAlsoBecomeANetrcFile) {
  const Injection injection =
      JobUnderTest()
          .With("http.crm", R"({"host": "https://h:8443/v1", "login": "u", "password": "p\\w"})")
          .Injected();
  EXPECT_EQ(ValueOf(injection, "NETRC"), "<path of netrc>");
  EXPECT_EQ(testing::ContentOf(injection, "netrc"), "machine h\nlogin u\npassword p\\w\n");
  EXPECT_THAT(injection.notes, Contains(HasSubstr("--netrc-file \"$NETRC\"")));
  EXPECT_THAT(injection.notes, Contains(HasSubstr("backslash")));
}

TEST(HttpTest, ConnectionsShareTheNetrcFileUnlessPrefixed) {
  const Injection injection =
      JobUnderTest()
          .With("http.a", R"({"host": "a.example", "login": "u", "password": "pa"})")
          .With("http.b", R"({"host": "b.example", "login": "u", "password": "pb"})")
          .With("http.c", R"({"host": "a.example", "login": "u", "password": "pc"})", "C_")
          .Injected();
  EXPECT_EQ(testing::ContentOf(injection, "netrc"),
            "machine a.example\nlogin u\npassword pa\nmachine b.example\nlogin u\npassword pb\n");
  EXPECT_EQ(ValueOf(injection, "C_NETRC"), "<path of C_netrc>");
}

TEST(HttpTest, TwoLoginsForOneMachineContradict) {
  const std::string refusal =
      JobUnderTest()
          .With("http.a", R"({"host": "h", "login": "u", "password": "canary1"})")
          .With("http.b", R"({"host": "h", "login": "u", "password": "canary2"})")
          .Refusal();
  EXPECT_THAT(refusal, HasSubstr("netrc machine h: @http.a and @http.b"));
  EXPECT_THAT(refusal, Not(HasSubstr("canary")));
}

TEST(HttpTest, AnAddressIsLookedUpWithoutBracketsAndZone) {
  for (const auto& [host, machine] :
       {std::pair{"::1", "::1"}, std::pair{"fe80::1%eth0", "fe80::1"}}) {
    const Injection injection =
        JobUnderTest()
            .With("http.a", R"({"port": 8080, "login": "u", "password": "p", "host": ")" +
                                std::string(host) + "\"}")
            .Injected();
    EXPECT_EQ(testing::ContentOf(injection, "netrc"),
              "machine " + std::string(machine) + "\nlogin u\npassword p\n");
  }
}

// curl reads lines of 4,096 bytes, and of a longer one an empty password.
TEST(HttpTest, AWordThatCurlCannotReadIsRefused) {
  for (const std::size_t size : {4000U, 4001U}) {
    JobUnderTest job;
    job.With("http.a",
             R"({"host": "h", "login": "u", "password": ")" + std::string(size, 'p') + "\"}");
    EXPECT_EQ(job.Build().ok(), size == 4000);
    if (size > 4000) {
      EXPECT_THAT(job.Refusal(), HasSubstr("password is longer than 4000 bytes"));
    }
  }
}

struct RefusedRow {
  const char* fields;
  const char* error;
};

class HttpRefusalTest : public ::testing::TestWithParam<RefusedRow> {};

TEST_P(HttpRefusalTest, NamesTheFieldAndNoValue) {
  const std::string refusal = JobUnderTest().With("http.a", GetParam().fields).Refusal();
  EXPECT_THAT(refusal, HasSubstr(GetParam().error));
  EXPECT_THAT(refusal, Not(HasSubstr("canary")));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HttpRefusalTest,
    ::testing::Values(
        RefusedRow{R"({"host": "h", "login": "u", "password": "canary x"})",
                   "password holds white"},
        RefusedRow{R"({"host": "h", "login": "u", "password": "canary\n"})",
                   "password holds white"},
        RefusedRow{R"({"host": "h", "login": "canary u", "password": "p"})", "login holds white"},
        RefusedRow{R"({"host": "h", "login": "u", "password": "#canary"})", "password begins"},
        RefusedRow{R"({"host": "h", "login": "u", "password": "\"canary"})", "password begins"},
        RefusedRow{R"({"host": "canary\nmachine b", "login": "u", "password": "p"})",
                   "host is not a host alone"},
        RefusedRow{R"({"host": "canary b", "login": "u", "password": "p"})",
                   "host is not a host alone"},
        RefusedRow{R"({"host": "canary\r", "login": "u", "password": "p"})",
                   "host is not a host alone"},
        RefusedRow{R"({"host": "canary\t", "login": "u", "password": "p"})",
                   "host is not a host alone"},
        RefusedRow{R"({"url": "http://canary\nb/", "login": "u", "password": "p"})",
                   "url holds white"},
        RefusedRow{R"({"url": "http://[canary b]/", "login": "u", "password": "p"})",
                   "url holds white"},
        RefusedRow{R"({"host": "h@canary"})", "host is not a host alone"},
        RefusedRow{R"({"host": "h/canary?a"})", "host is not a host alone"},
        RefusedRow{R"({"login": "u:canary", "password": "p"})", "login holds a colon"},
        RefusedRow{R"({"header": "X-Key\r\ncanary"})", "header holds a control"},
        RefusedRow{R"({"token": "canary\n"})", "token holds a control"},
        RefusedRow{R"({"host": "h:canary"})", "host is not a host alone"},
        RefusedRow{R"({"host": "h", "port": "80@canary"})", "port is not a TCP port"},
        RefusedRow{R"({"host": "h", "port": "80/canary"})", "port is not a TCP port"},
        RefusedRow{R"({"host": "h", "port": 0})", "port is not a TCP port"},
        RefusedRow{R"({"host": "h", "port": -1})", "port is not a TCP port"},
        RefusedRow{R"({"host": "h", "port": 65536})", "port is not a TCP port"},
        RefusedRow{R"({"host": "h:1", "port": 2})", "port is there beside another one"},
        RefusedRow{R"({"host": "h", "schema": "canary"})", "schema is neither"}));

}  // namespace
}  // namespace injector
