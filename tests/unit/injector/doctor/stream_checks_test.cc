// The checks that speak a protocol of their own: what they send, and what they make of what comes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/unit/injector/doctor/fake_network.h"

namespace injector::doctor {
namespace {

using namespace std::string_literals;
using testing::CheckOver;
using testing::ConnectionOf;
using ::testing::Contains;
using ::testing::ElementsAreArray;
using testing::FakeNetwork;
using ::testing::Not;

constexpr auto kOk = Category::kOk;
constexpr auto kAuth = Category::kAuth;
constexpr auto kNetwork = Category::kNetwork;
constexpr auto kUnknown = Category::kUnknown;

struct Row {
  const char* name;
  const char* type;
  const char* fields;
  std::vector<std::string> received;
  std::vector<std::string> sent;
  Category category;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class StreamChecks : public ::testing::TestWithParam<Row> {
 protected:
  void Expect(const std::vector<std::string>& received) const {
    const Row& row = GetParam();
    FakeNetwork network(received);
    const CheckResult result = CheckOver(network, ConnectionOf(row.type, row.fields));
    EXPECT_THAT(network.sent(), ElementsAreArray(row.sent));
    EXPECT_EQ(result.category, row.category) << result.message;
    EXPECT_EQ(result.message, row.message);
  }
};

TEST_P(StreamChecks, TalksAndJudges) { Expect(GetParam().received); }

TEST_P(StreamChecks, DoesNotDependOnHowBytesCome) {
  std::vector<std::string> bytes;
  for (const std::string& piece : GetParam().received) {
    for (const char c : piece) bytes.emplace_back(1, c);
  }
  Expect(bytes);
}

const std::string kAuthenticate = "*2\r\n$4\r\nAUTH\r\n$6\r\np\r\nss!\r\n";
const std::string kPing = "*1\r\n$4\r\nPING\r\n";

INSTANTIATE_TEST_SUITE_P(
    Redis, StreamChecks,
    ::testing::Values(
        Row{"LogsIn",
            "redis",
            R"({"host":"r","password":"p\r\nss!"})",
            {"+OK\r\n", "+PONG\r\n"},
            {"r:6379", kAuthenticate, kPing},
            kOk,
            ""},
        Row{"WithNameDatabaseAndTls",
            "redis",
            R"({"host":"r","port":1,"login":"u","password":"p455","db":2,"tls":true})",
            {"+OK\r\n", "+OK\r\n", "+PONG\r\n"},
            {"r:1", "TLS r", "*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$4\r\np455\r\n",
             "*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n", kPing},
            kOk,
            ""},
        Row{"Refused",
            "redis",
            R"({"host":"r","password":"p\r\nss!"})",
            {"-WRONGPASS invalid username-password pair\r\n"},
            {"r:6379", kAuthenticate},
            kAuth,
            "AUTH: WRONGPASS"},
        Row{"WantsALogin",
            "redis",
            R"({"host":"r"})",
            {"-NOAUTH Authentication required.\r\n"},
            {"r:6379", kPing},
            kAuth,
            "PING: NOAUTH"},
        Row{"Protected",
            "redis",
            R"({"host":"r"})",
            {"-DENIED x\r\n"},
            {"r:6379", kPing},
            Category::kPermission,
            "PING: DENIED"},
        Row{"Loading",
            "redis",
            R"({"host":"r"})",
            {"-LOADING x\r\n"},
            {"r:6379", kPing},
            kNetwork,
            "PING: LOADING"},
        Row{"NoSuchDatabase",
            "redis",
            R"({"host":"r","db":99})",
            {"-ERR DB index is out of range\r\n"},
            {"r:6379", "*2\r\n$6\r\nSELECT\r\n$2\r\n99\r\n"},
            Category::kMissing,
            "SELECT: ERR, DB index is out of range"},
        Row{"WordsOfItsOwn",
            "redis",
            R"({"host":"r"})",
            {"-SEEMS fine\r\n"},
            {"r:6379", kPing},
            kUnknown,
            "PING: an error that Redis does not have"},
        Row{"AddressOfIpv6",
            "redis",
            R"({"host":"::1"})",
            {"+PONG\r\n"},
            {"::1:6379", kPing},
            kOk,
            ""},
        Row{"WhereNoJobWouldStart",
            "redis",
            R"({"host":"127.0.0.1:6379"})",
            {},
            {},
            kUnknown,
            "host is not a host name or an IPv6 address; a port goes into `port`"},
        Row{"Stranger",
            "redis",
            R"({"host":"r"})",
            {"HTTP/1.1 400 Bad Request\r\n"},
            {"r:6379", kPing},
            kUnknown,
            "PING: the server does not speak Redis's protocol"},
        Row{"Closes", "redis", R"({"host":"r"})", {"+PO"}, {"r:6379", kPing}, kNetwork, "closed"},
        Row{"NeverEnds",
            "redis",
            R"({"host":"r"})",
            {std::string(9000, '+')},
            {"r:6379", kPing},
            kUnknown,
            "the server speaks another protocol: a line without end"}));

const std::string kHello =
    "\x34\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0\x1f\0\0\0\x10hello\0\x01\0\0\0"
    "\x02$db\0\x06\0\0\0admin\0\0"s;
const std::string kHelloAnswer = "\x26\0\0\0\x07\0\0\0\x01\0\0\0\xdd\x07\0\0"s;

INSTANTIATE_TEST_SUITE_P(
    Mongodb, StreamChecks,
    ::testing::Values(Row{"Answers",
                          "mongodb",
                          R"({"host":"m","login":"u","password":"p455"})",
                          {kHelloAnswer},
                          {"m:27017", kHello},
                          kOk,
                          "reached; the login was not tried"},
                      Row{"ByUri",
                          "mongodb",
                          R"({"uri":"mongodb://u:p%40ss@a:1,b:2/db?x=1&tls=true"})",
                          {kHelloAnswer},
                          {"a:1", "TLS a", kHello},
                          kOk,
                          "reached; the login was not tried"},
                      Row{"ByParts",
                          "mongodb",
                          R"({"host":"a:1,b","tls":true})",
                          {kHelloAnswer},
                          {"a:1", "TLS a", kHello},
                          kOk,
                          "reached; the login was not tried"},
                      Row{"SecondHost",
                          "mongodb",
                          R"({"uri":"mongodb://a,b:2/?SSL=true"})",
                          {},
                          {"a:27017", "TLS a", kHello, "b:2", "TLS b", kHello},
                          kNetwork,
                          "closed"},
                      Row{"OtherOptions",
                          "mongodb",
                          R"({"uri":"mongodb://a/?x=tls=true&tls=false"})",
                          {kHelloAnswer},
                          {"a:27017", kHello},
                          kOk,
                          "reached; the login was not tried"},
                      Row{"BySocket",
                          "mongodb",
                          R"({"uri":"mongodb://%2Ftmp%2Fm.sock/"})",
                          {},
                          {},
                          kOk,
                          "not tried: its server is reached by a socket"},
                      Row{"Unverified",
                          "mongodb",
                          R"({"uri":"mongodb://a/?tls=true&tlsInsecure=true"})",
                          {},
                          {},
                          kOk,
                          "not tried: it has no certificate verified"},
                      Row{"PartsByDns",
                          "mongodb",
                          R"({"host":"m","srv":true})",
                          {},
                          {},
                          kOk,
                          "not tried: its servers stand in the DNS (mongodb+srv)"},
                      Row{"ByShortUri",
                          "mongodb",
                          R"({"uri":"mongodb://[::1]"})",
                          {kHelloAnswer},
                          {"::1:27017", kHello},
                          kOk,
                          "reached; the login was not tried"},
                      Row{"ByDns",
                          "mongodb",
                          R"({"uri":"mongodb+srv://u:p@m/"})",
                          {},
                          {},
                          kOk,
                          "not tried: its servers stand in the DNS (mongodb+srv)"},
                      Row{"NoUri",
                          "mongodb",
                          R"({"uri":"https://m"})",
                          {},
                          {},
                          kUnknown,
                          "uri begins with neither mongodb:// nor mongodb+srv://"},
                      Row{"Stranger",
                          "mongodb",
                          R"({"host":"m"})",
                          {"HTTP/1.1 400 Bad"},
                          {"m:27017", kHello},
                          kUnknown,
                          "the server does not speak MongoDB's protocol"}));

const std::string kVersions = "\0\0\0\x12\0\x12\0\0inje\0\x08injector"s;
const std::string kVersionsAnswer =
    "\0\0\0\x0a"
    "inje\0\0\0\0\0\0"s;

INSTANTIATE_TEST_SUITE_P(
    Kafka, StreamChecks,
    ::testing::Values(
        Row{"Answers",
            "kafka",
            R"({"bootstrap_servers":"k:1"})",
            {kVersionsAnswer},
            {"k:1", kVersions},
            kOk,
            ""},
        Row{"WithTls",
            "kafka",
            R"({"bootstrap_servers":"k","security_protocol":"SASL_SSL","sasl_username":"u",
                "sasl_password":"p455"})",
            {kVersionsAnswer},
            {"k:9092", "TLS k", kVersions},
            kOk,
            "reached; the login was not tried"},
        Row{"LoginMeansTls",
            "kafka",
            R"({"bootstrap_servers":"k","sasl_username":"u","sasl_password":"p455"})",
            {kVersionsAnswer},
            {"k:9092", "TLS k", kVersions},
            kOk,
            "reached; the login was not tried"},
        Row{"SecondBroker",
            "kafka",
            R"({"bootstrap_servers":"a, b:2"})",
            {},
            {"a:9092", kVersions, "b:2", kVersions},
            kNetwork,
            "closed"},
        Row{"Stranger",
            "kafka",
            R"({"bootstrap_servers":"k"})",
            {"HTTP/1.1 400"},
            {"k:9092", kVersions},
            kUnknown,
            "the server does not speak Kafka's protocol"}));

const std::string kEhlo = "EHLO injector.invalid\r\n";
const std::string kPlain = "AUTH PLAIN AHUAcDQ1NQ==\r\n";
const std::string kExtensions = "250-m\r\n250-AUTH LOGIN PLAIN\r\n250 STARTTLS\r\n";
constexpr const char* kMail = R"({"host":"m","login":"u","password":"p455"})";

INSTANTIATE_TEST_SUITE_P(
    Smtp, StreamChecks,
    ::testing::Values(
        Row{"LogsIn",
            "smtp",
            kMail,
            {"220-m\r\n220 hi\r\n", kExtensions, "220 go\r\n", kExtensions, "235 ok\r\n"},
            {"m:587", kEhlo, "STARTTLS\r\n", "TLS m", kEhlo, kPlain},
            kOk,
            ""},
        Row{"TlsAtOnce",
            "smtp",
            R"({"host":"m","port":465,"login":"u","password":"p455"})",
            {"220 hi\r\n", kExtensions, "535 5.7.8 p455?\r\n"},
            {"m:465", "TLS m", kEhlo, kPlain},
            kAuth,
            "AUTH: 535 5.7.8"},
        Row{"NoTlsOffered",
            "smtp",
            kMail,
            {"220 hi\r\n", "250 m\r\n"},
            {"m:587", kEhlo},
            kNetwork,
            "TLS is wanted, and the server does not offer STARTTLS"},
        Row{"NoLogin",
            "smtp",
            R"({"host":"m","tls":false})",
            {"220 hi\r\n", "250 m\r\n"},
            {"m:587", kEhlo},
            kOk,
            ""},
        Row{"OtherLogin",
            "smtp",
            R"({"host":"m","tls":false,"login":"u","password":"p455"})",
            {"220 hi\r\n", "250-m\r\n250 AUTH GSSAPI\r\n"},
            {"m:587", kEhlo},
            kOk,
            "reached; the login was not tried: the server does not offer AUTH PLAIN"},
        Row{"Busy", "smtp", kMail, {"421 later\r\n"}, {"m:587"}, kNetwork, "greeting: 421"},
        Row{"Stranger",
            "smtp",
            kMail,
            {"SSH-2.0-x\r\n"},
            {"m:587"},
            kUnknown,
            "the server does not speak SMTP"}));

INSTANTIATE_TEST_SUITE_P(
    Ssh, StreamChecks,
    ::testing::Values(Row{"Greets",
                          "ssh",
                          R"({"host":"s","strict_host_checking":"accept-new"})",
                          {"hello\r\nSSH-2.0-OpenSSH_9\r\n"},
                          {"s:22"},
                          kOk,
                          "reached; the login was not tried"},
                      Row{"Stranger",
                          "ssh",
                          R"({"host":"s","strict_host_checking":"accept-new"})",
                          {[] {
                            std::string lines;
                            for (int i = 0; i < 2000; ++i) lines += "x\n";
                            return lines;
                          }()},
                          {"s:22"},
                          kUnknown,
                          "the server does not speak SSH"}));

TEST(StreamChecksTest, WhatComesBeforeTlsIsNotTakenForWhatComesAfter) {
  FakeNetwork network(FakeNetwork::Script{"220 hi\r\n", kExtensions, "220 go\r\n" + kExtensions});
  const CheckResult result = CheckOver(network, ConnectionOf("smtp", kMail));
  EXPECT_EQ(result.category, kUnknown);
  EXPECT_THAT(network.sent(), Not(Contains("TLS m")));
}

}  // namespace
}  // namespace injector::doctor
