#include "injector/sidecar/aws_credentials.h"

#include <gtest/gtest.h>

#include "fake_world.h"

namespace injector::sidecar {
namespace {

std::string JsonOf(const Connection& connection) {
  const FakeClock clock;
  const Result<Value> json = AwsCredentials(connection, clock, std::chrono::minutes(16));
  return json.ok() ? std::string(WriteJson(*json).Reveal()) : json.error().message();
}

TEST(AwsCredentialsTest, SaysWhenToAskAgain) {
  EXPECT_EQ(JsonOf(AwsConnection("main", "the-key", 1)),
            R"({"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"the-key","Token":"",)"
            R"("Expiration":"2027-01-15T08:16:00Z"})");
}

TEST(AwsCredentialsTest, SaysWhenTheyEndAndWithWhichToken) {
  Connection connection = AwsConnection("main", "the-key", 1);
  connection.fields.push_back({"session_token", Value::String(std::string_view("the-token"))});
  connection.expires_at = "2027-01-15T08:10:00Z";
  EXPECT_EQ(JsonOf(connection),
            R"({"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"the-key","Token":"the-token",)"
            R"("Expiration":"2027-01-15T08:10:00Z"})");
}

TEST(AwsCredentialsTest, AreAskedForAgainLongBeforeAFarEnd) {
  Connection connection = AwsConnection("main", "the-key", 1);
  for (const char* const end : {"2027-01-15T09:00:00Z", "9999-12-31T23:59:59Z"}) {
    connection.expires_at = end;
    EXPECT_NE(JsonOf(connection).find(R"("Expiration":"2027-01-15T08:16:00Z"})"), std::string::npos)
        << end;
  }
}

TEST(AwsCredentialsTest, UnderstandsOtherNamesOfTheFields) {
  Connection connection;
  connection.name = {.type = "aws", .alias = "main"};
  connection.fields.push_back({"login", Value::String(std::string_view("AKIAEXAMPLE"))});
  connection.fields.push_back({"password", Value::String(std::string_view("the-key"))});
  EXPECT_NE(JsonOf(connection).find(R"("SecretAccessKey":"the-key")"), std::string::npos);
}

TEST(AwsCredentialsTest, NeedsAPairOfKeys) {
  Connection connection = AwsConnection("main", "the-key", 1);
  connection.fields.pop_back();
  EXPECT_EQ(JsonOf(connection), "credentials: the connection has no pair of keys");
}

}  // namespace
}  // namespace injector::sidecar
