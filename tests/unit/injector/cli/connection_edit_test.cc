#include "injector/cli/connections/connection_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/connection_json.h"
#include "injector/model/json.h"

namespace injector {
namespace {

using testing::HasSubstr;

Connection Postgres(std::string_view fields_json) {
  Connection connection;
  connection.name = {"postgres", "db"};
  return ApplyInput(std::move(connection), *ParseConnectionInput(*ParseJson(fields_json)));
}

std::string FieldsOf(const Connection& connection) {
  std::vector<Value::Member> members;
  for (const Field& field : connection.fields) members.push_back({field.name, field.value.Clone()});
  return std::string(WriteJson(Value::Map(std::move(members))).Reveal());
}

struct ChangeRow {
  const char* what;
  const char* before;
  const char* name;
  const char* value;  // JSON
  const char* after;
};

TEST(ConnectionEdit, ChangesOneFieldAlone) {
  for (const ChangeRow& row : {
           ChangeRow{"new", R"({"host":"h"})", "port", "1", R"({"host":"h","port":1})"},
           ChangeRow{"same name", R"({"host":"h","port":1})", "host", R"("g")",
                     R"({"host":"g","port":1})"},
           ChangeRow{"other name", R"({"login":"a","port":1})", "user", R"("b")",
                     R"({"user":"b","port":1})"},
           ChangeRow{"removal", R"({"host":"h","port":1})", "host", "null", R"({"port":1})"},
           ChangeRow{"member", R"({"extra":{"a":1,"b":2}})", "extra.b", "3",
                     R"({"extra":{"a":1,"b":3}})"},
           ChangeRow{"member of a new map", "{}", "extra.a.b", "1", R"({"extra":{"a":{"b":1}}})"},
           ChangeRow{"removal of a member", R"({"extra":{"a":1,"b":2}})", "extra.a", "null",
                     R"({"extra":{"b":2}})"},
           ChangeRow{"other side of extra", R"({"host":"h","extra":{"sslmode":"a"}})", "sslmode",
                     R"("b")", R"({"host":"h","sslmode":"b"})"},
           ChangeRow{"other side of a field", R"({"sslmode":"a"})", "extra.sslmode", R"("b")",
                     R"({"extra":{"sslmode":"b"}})"},
           ChangeRow{"removal of the last member", R"({"host":"h","extra":{"a":{"b":1}}})",
                     "extra.a", "null", R"({"host":"h"})"},
           ChangeRow{"a dot in a name", "{}", "spark.memory", R"("4g")",
                     R"({"spark.memory":"4g"})"},
       }) {
    const Result<Connection> changed =
        WithField(Postgres(row.before), row.name, *ParseJson(row.value));
    ASSERT_TRUE(changed.ok()) << row.what << ": " << changed.error().message();
    EXPECT_EQ(FieldsOf(*changed), row.after) << row.what;
  }
}

TEST(ConnectionEdit, RefusesAMemberOfWhatIsNoMap) {
  const auto changed = WithField(Postgres(R"({"extra":{"a":1}})"), "extra.a.b", Value::Number(1));
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code(), ErrorCode::kInvalidArgument);
}

TEST(ConnectionEdit, RemovesAFieldAndTheWordThatItIsSecret) {
  const Connection before = WithSecretField(Postgres(R"({"host":"h","pin":"1"})"), "pin");
  const Result<Connection> after = WithoutField(before.Clone(), "pin");
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(FieldsOf(*after), R"({"host":"h"})");
  EXPECT_TRUE(after->secret_fields.empty());
}

TEST(ConnectionEdit, RemovesEverySpelling) {
  const struct {
    const char* before;
    const char* name;
    const char* after;
  } rows[] = {
      {R"({"login":"a","host":"h"})", "user", R"({"host":"h"})"},
      {R"({"host":"h","extra":{"sslmode":"a","b":1}})", "sslmode",
       R"({"host":"h","extra":{"b":1}})"},
      {R"({"host":"h","extra":{"sslmode":"a"}})", "sslmode", R"({"host":"h"})"},
      {R"({"host":"h","extra":{"sslmode":"a"}})", "extra.sslmode", R"({"host":"h"})"},
      {R"({"sslmode":"a","host":"h"})", "extra.sslmode", R"({"host":"h"})"},
      {R"({"login":"a","extra":{"user":"b"},"host":"h"})", "username", R"({"host":"h"})"},
      {R"({"ssl":{"cert":"a","key":"b"}})", "ssl.cert", R"({"ssl":{"key":"b"}})"},
      {R"({"host":"h","ssl":{"cert":"a"}})", "ssl.cert", R"({"host":"h"})"},
      {R"({"host":"h","extra":{"sslmode":"a"}})", "extra", R"({"host":"h"})"},
  };
  for (const auto& row : rows) {
    const Result<Connection> after = WithoutField(Postgres(row.before), row.name);
    ASSERT_TRUE(after.ok()) << row.before << " " << row.name;
    EXPECT_EQ(FieldsOf(*after), row.after) << row.before << " " << row.name;
  }
}

TEST(ConnectionEdit, NamesTheFieldsThereAreWhenOneIsNot) {
  const Result<Connection> after = WithoutField(Postgres(R"({"host":"h","port":1})"), "hots");
  ASSERT_FALSE(after.ok());
  EXPECT_EQ(after.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(after.error().message(), HasSubstr("host, port"));
  EXPECT_EQ(after.error().hint(), "did you mean host?");
}

TEST(ConnectionEdit, DeclaresAFieldSecretOnce) {
  const Connection once = WithSecretField(Postgres("{}"), "pin");
  EXPECT_EQ(WithSecretField(once.Clone(), "pin").secret_fields, std::vector<std::string>{"pin"});
}

TEST(ConnectionEdit, FindsGivenFieldsThatContradictEachOther) {
  const auto check = [](std::string_view json) {
    return CheckAgreement({"postgres", "db"}, ParseConnectionInput(*ParseJson(json))->fields).ok();
  };
  EXPECT_TRUE(check(R"({"login":"a","user":"a"})"));
  EXPECT_TRUE(check(R"({"login":"a","host":"b"})"));
  EXPECT_FALSE(check(R"({"login":"a","user":"b"})"));
}

TEST(ConnectionEdit, LetsTheLaterOfTwoEqualNamesCount) {
  std::vector<Field> fields;
  fields.push_back({"login", Value::String("a")});
  fields.push_back({"login", Value::String("b")});
  EXPECT_TRUE(CheckAgreement({"postgres", "db"}, fields).ok());
}

}  // namespace
}  // namespace injector
