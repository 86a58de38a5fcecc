#include "injector/exchange/bundle_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "injector/model/json.h"

namespace injector {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Bundle Read(std::string_view text) {
  Result<Bundle> bundle = BundleFromJson(*ParseJson(text));
  EXPECT_TRUE(bundle.ok()) << (bundle.ok() ? "" : bundle.error().message());
  return *std::move(bundle);
}

Error Refuse(std::string_view text) {
  const Result<Bundle> bundle = BundleFromJson(*ParseJson(text));
  EXPECT_FALSE(bundle.ok()) << text;
  return bundle.ok() ? Error(ErrorCode::kInternal, "") : bundle.error();
}

std::string Written(const Bundle& bundle, SecretView view = SecretView::kRevealed) {
  return std::string(WriteJson(BundleToJson(bundle, view)).Reveal());
}

std::string WrittenForAirflow(const Bundle& bundle, SecretView view = SecretView::kRevealed) {
  return std::string(WriteJson(*BundleToAirflowJson(bundle, view)).Reveal());
}

constexpr std::string_view kEverything =
    R"({"version":1,"connections":[{"name":"movies","type":"postgres","default":true,)"
    R"("description":"The \"movies\"","version":3,"fields":{"user":"app","password":"s3cret-1",)"
    R"("pin":"4711-pin","hosts":["a","b"],"ratio":1.10,"on":true,"tls":{"key":"k-e-y"}},)"
    R"("secretFields":["password","pin","tls.key"],"noScrub":["pin"],)"
    R"("expiresAt":"2030-01-31T08:00:00Z"}],)"
    R"("variables":[{"key":"token","value":"t0ken-value","description":"d","isSecret":true,)"
    R"("version":0},{"key":"region","value":"eu","description":"","isSecret":false,"version":0}]})";

TEST(BundleJson, OursIsReadBackAsItWas) { EXPECT_EQ(Written(Read(kEverything)), kEverything); }

TEST(BundleJson, HidesEverySecret) {
  const std::string text = Written(Read(kEverything), SecretView::kHidden);
  for (const char* secret : {"s3cret-1", "4711-pin", "k-e-y", "t0ken-value"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(text, HasSubstr(R"("secretFields":["password","pin","tls.key"])"));
  EXPECT_EQ(Read(text).variables.size(), 1U);
}

TEST(BundleJson, OneConnectionStandsAlone) {
  const Bundle bundle = Read(R"({"name":"a","type":"http","fields":{"host":"h"}})");
  ASSERT_EQ(bundle.connections.size(), 1U);
  EXPECT_EQ(bundle.connections[0].name, (ConnectionName{"http", "a"}));
}

// The three ways in which Airflow takes one, and the spelling of its own export, nulls and all.
TEST(BundleJson, ReadsAirflowsEntries) {
  const Bundle bundle =
      Read(R"({"my-db":{"conn_type":"postgresql","description":null,"login":"app","password":"p",)"
           R"("host":"h","port":5432,"schema":"s","extra":"{\"sslmode\": \"require\"}"},)"
           R"("by_uri":"google-cloud-platform://?project=x","in_list":["mysql://h:3306/db"]})");
  EXPECT_EQ(WrittenForAirflow(bundle),
            R"({"my-db":{"conn_type":"postgres","host":"h","port":5432,"login":"app",)"
            R"("password":"p","schema":"s","extra":{"sslmode":"require"}},)"
            R"("by_uri":{"conn_type":"google_cloud_platform","extra":{"project":"x"}},)"
            R"("in_list":{"conn_type":"mysql","host":"h","port":3306,"schema":"db"}})");
}

TEST(BundleJson, AirflowsIsReadBackAsItWas) {
  const std::string text = WrittenForAirflow(Read(kEverything));
  EXPECT_EQ(WrittenForAirflow(Read(text)), text);
  EXPECT_THAT(WrittenForAirflow(Read(kEverything), SecretView::kHidden),
              Not(HasSubstr("s3cret-1")));
}

TEST(BundleJson, NamesTheEntryAndNothingOfItsValues) {
  const struct {
    const char* text;
    const char* message;
  } rows[] = {
      {R"([1])", "expected an object"},
      {R"({"a":"hunter2-pw"})", "connection a: "},
      {R"({"a":1})", "connection a: expected a connection"},
      {R"({"a":["mysql://h","mysql://h"]})", "connection a: expected a connection"},
      {R"({"a":{"conn_type":"x","port":"hunter2-pw"}})", "connection a: connection JSON: the port"},
      {R"({"a":{"conn_type":"x","port":0}})", "the port must be"},
      {R"({"a":{"conn_type":"x","secret":"hunter2-pw"}})", "none of Airflow's"},
      {R"({"hunter2-pw/!":{"conn_type":"x","port":0}})", "connection 1: "},
      {R"({"connections":[{"name":"b","fields":{}}]})", "connection b: "},
      {R"({"connections":[{"fields":{"a":"hunter2-pw"}}]})", "connection 1: "},
      {R"({"connections":["hunter2-pw"]})", "connection 1: "},
      {R"({"version":2,"connections":[]})", "version: expected 1"},
      {R"({"variables":[{"key":"a b","value":"hunter2-pw"}]})", "variable: key"},
      {R"({"variables":[{"key":"a"}]})", "variable: a has no value"},
      {R"({"variables":[{"key":"a","value":1}]})", "value must be a string"},
      {R"({"variables":[{"key":"a","value":"","isSecret":"hunter2-pw"}]})", "true or false"},
      {R"({"variables":[{"key":"a","value":"","hunter2-pw":1}]})", "a member that is none"},
  };
  for (const auto& row : rows) {
    const Error error = Refuse(row.text);
    EXPECT_THAT(error.message(), HasSubstr(row.message)) << row.text;
    EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr("hunter2-pw"))) << row.text;
  }
}

}  // namespace
}  // namespace injector
