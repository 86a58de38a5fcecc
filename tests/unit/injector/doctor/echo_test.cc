// Servers that repeat what they were sent, in whatever form: nothing of it is ever shown.

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "injector/doctor/postgres_error.h"
#include "tests/unit/injector/doctor/fake_network.h"

namespace injector::doctor {
namespace {

using testing::Answer;
using testing::CheckOver;
using testing::ConnectionOf;
using testing::FakeNetwork;

// No part of it is a word of ours, and it needs every kind of escape.
const std::string kSecret = "QZ<7&\\vK\"9XW'JHY>4'PGB-38KZRNM60VTDXC";

std::string Each(const std::function<std::string(char)>& turned) {
  std::string text;
  for (const char c : kSecret) text += turned(c);
  return text;
}

struct Echo {
  const char* name;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const Echo& echo) { return out << echo.name; }

const std::vector<Echo> kEchoes = {
    {"AsItIs", kSecret},
    {"CutOff", kSecret.substr(0, 20)},
    {"Rest", kSecret.substr(12)},
    {"Middle", kSecret.substr(20, 6)},
    {"EveryBytePercentEncoded", Each([](char c) { return "%" + HexEncode(std::string(1, c)); })},
    {"Html", Each([](char c) {
       return c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
     })},
    {"BackslashDoubled", Each([](char c) { return std::string(c == '\\' ? 2 : 1, c); })},
    {"Spread", Each([](char c) { return std::string(1, c) + " "; })},
    {"Reversed", {kSecret.rbegin(), kSecret.rend()}},
    {"Base64", std::string(Base64Encode(kSecret).Reveal())},
};

class EchoTest : public ::testing::TestWithParam<Echo> {
 protected:
  // By three bytes: names of ours are made of other letters.
  static void ExpectNothingOf(const std::string& echo, const std::string& shown) {
    for (std::size_t at = 0; at + 3 <= echo.size(); ++at) {
      const std::string piece = echo.substr(at, 3);
      EXPECT_EQ(shown.find(piece), std::string::npos) << piece << " in " << shown;
    }
  }
};

TEST_P(EchoTest, IsNotShownByChecksThatSpeakForThemselves) {
  const std::string echo = GetParam().text;
  const Value secret = Value::String(kSecret);
  for (const char* type : {"redis", "smtp"}) {
    for (const std::string& reply :
         {"-ERR unknown command 'AUTH', with args beginning with: '" + echo + "'\r\n",
          "-" + echo + "\r\n", "220 hi\r\n250 AUTH PLAIN\r\n535 " + echo + "\r\n",
          "220 hi\r\n250 AUTH PLAIN\r\n535 5.7.8 " + echo + "\r\n", "535 " + echo + "\r\n"}) {
      Connection connection = ConnectionOf(type, R"({"host":"h","login":"u","tls":false})");
      connection.fields.push_back({"password", secret.Clone()});
      FakeNetwork network(FakeNetwork::Script{reply});
      const CheckResult result = CheckOver(network, connection);
      EXPECT_NE(result.category, Category::kOk);
      ExpectNothingOf(echo, result.message);
    }
  }
}

TEST_P(EchoTest, IsNotShownByChecksThatSpeakHttp) {
  const std::string echo = GetParam().text;
  struct Row {
    const char* type;
    const char* fields;
    const char* secret;
  };
  for (const Row& row :
       {Row{"slack", "{}", "bot_token"}, Row{"docker", R"({"login":"u"})", "password"},
        Row{"aws", R"({"access_key_id":"AK"})", "secret_access_key"},
        Row{"s3", R"({"access_key_id":"AK","bucket":"b"})", "secret_access_key"},
        Row{"http", R"({"url":"https://h"})", "token"}}) {
    Connection connection = ConnectionOf(row.type, row.fields);
    connection.fields.push_back({row.secret, Value::String(kSecret)});
    for (const int status : {200, 301, 400, 401, 403}) {
      FakeNetwork network([&](const http::ClientRequest& request) {
        // A registry's token server is asked once, and then refuses.
        if (request.url.find("realm") != std::string::npos) return Answer(401, echo);
        return Answer(status, R"({"ok":false,"error":")" + echo + "\"}<Code>" + echo + "</Code>",
                      {{"WWW-Authenticate", "Bearer realm=\"https://realm/" + echo + "\""},
                       {"x-amz-bucket-region", echo}});
      });
      ExpectNothingOf(echo, CheckOver(network, connection).message);
    }
  }
}

TEST_P(EchoTest, IsNotShownOfAPostgresServer) {
  const std::string& echo = GetParam().text;
  for (const std::string& text :
       {echo, "FATAL:  28P01: " + echo, "FATAL:  " + echo.substr(0, 5) + ": " + echo}) {
    ExpectNothingOf(echo, DescribePostgresError(ParsePostgresError(text)));
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, EchoTest, ::testing::ValuesIn(kEchoes),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace injector::doctor
