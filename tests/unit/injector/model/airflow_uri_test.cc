#include "injector/model/airflow_uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "model_fixtures.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

// The rows of Airflow itself are in tests/conformance; here is what we decide on our own.
TEST(AirflowUri, Reads) {
  struct Row {
    const char* uri;
    const char* type;
    const char* fields;
  };
  const Row rows[] = {
      {"mysql://", "mysql", "{}"},
      {" mysql://h \n", "mysql", R"({"host":"h"})"},
      {"POSTGRESQL://DB.example", "postgres", R"({"host":"DB.example"})"},
      {"a://[::1]:5432/d", "a", R"({"host":"::1","port":5432,"schema":"d"})"},
      {"a://%3A%3A1", "a", R"({"host":"::1"})"},
      {"a://u:p@@h", "a", R"({"host":"h","login":"u","password":"p@"})"},
      {"a://u:p:q@h", "a", R"({"host":"h","login":"u","password":"p:q"})"},
      {"a://u@h:", "a", R"({"host":"h","login":"u"})"},
      {"a://@:80", "a", R"({"port":80})"},
      {"a://h/x%2Fy", "a", R"({"host":"h","schema":"x/y"})"},
      {"sqlite:////tmp/x.db", "sqlite", R"({"schema":"/tmp/x.db"})"},
      {"mongodb+srv://u:p@h/d?w=majority", "mongodb",
       R"({"host":"h","login":"u","password":"p","schema":"d","extra":{"srv":"true","w":"majority"}})"},
      {"a://h?x=1&y=a+b%2B&z=", "a", R"({"host":"h","extra":{"x":"1","y":"a b+","z":""}})"},
      {"a://h?flag", "a", R"({"host":"h","extra":{"flag":""}})"},
      {"a://h/?next=http://x/", "a", R"({"host":"h","extra":{"next":"http://x/"}})"},
      {"a://u:p@h/?next=http://x@y/", "a",
       R"({"host":"h","login":"u","password":"p","extra":{"next":"http://x@y/"}})"},
      {"spark://k8s://u:p@10.0.0.1:443", "spark",
       R"({"host":"k8s://10.0.0.1","port":443,"login":"u","password":"p"})"},
      {"a://h?__extra__=%7B%7D", "a", R"({"host":"h"})"},
  };
  for (const Row& row : rows) {
    const Result<Connection> connection = ParseAirflowUri(row.uri);
    ASSERT_TRUE(connection.ok()) << row.uri << ": " << connection.error().message();
    EXPECT_EQ(connection->name.type, row.type) << row.uri;
    EXPECT_EQ(connection->name.alias, "");
    EXPECT_EQ(ToJson(connection->fields), row.fields) << row.uri;
  }
}

TEST(AirflowUri, RefusesWithoutEchoing) {
  struct Row {
    const char* uri;
    const char* message;
  };
  const Row rows[] = {
      {"", "connection URI: expected TYPE://…"},
      {"zqx1", "connection URI: expected TYPE://…"},
      {"://zqx1", "the connection type must be"},
      {"zqx1+driver://h", "the connection type must be"},
      {"a://zqx1:70000", "the port must be a number from 1 to 65535"},
      {"a://h:0", "the port must be"},
      {"a://h:-1", "the port must be"},
      {"a://h:1.5", "the port must be"},
      {"a://h:0x10", "the port must be"},
      {"a://::1", "the port must be"},
      {"a://u:zqx1%zz@h", "the password holds a % that is not"},
      {"a://u:zqx1%@h", "the password holds a % that is not"},
      {"a://u:zqx1%FF@h", "the password is not UTF-8"},
      {"a://u:zq#x1@h", "it holds a #"},
      {"a://u:zq\nx1@h", "control character"},
      {"a://[zqx1", "the host lacks its ]"},
      {"a://[zqx1]x", "expected : after the host's ]"},
      {"a://h?zqx1=1&zqx1=2", "names a parameter twice"},
      {"a://h?=zqx1", "a parameter without a name"},
      {"a://h?__extra__=zqx1", "__extra__: line 1, column 1"},
      {"a://h?__extra__=[]", "__extra__ is not a JSON object"},
      {"a://h?__extra__=%7B%7D&zqx1=1", "more than __extra__"},
      {"a://u:zqx1@http://h", "malformed authority"},
  };
  for (const Row& row : rows) {
    const Result<Connection> connection = ParseAirflowUri(row.uri);
    ASSERT_FALSE(connection.ok()) << row.uri;
    EXPECT_EQ(connection.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(connection.error().message(), HasSubstr(row.message)) << row.uri;
    EXPECT_THAT(connection.error().message(), Not(HasSubstr("zqx1"))) << row.uri;
  }
}

TEST(AirflowUri, WritesAnyConnection) {
  struct Row {
    const char* type;
    const char* fields;
    const char* uri;
  };
  const Row rows[] = {
      {"postgres", R"({"user":"u","password":"p/w","host":"h","port":"5432","database":"d"})",
       "postgres://u:p%2Fw@h:5432/d"},
      {"postgres", R"({"host":"h","sslmode":"require"})", "postgres://h/?sslmode=require"},
      {"postgres", R"({"schema":"d","extra":{"a":"1"},"b":"x y"})", "postgres:///d?a=1&b=x%20y"},
      {"aws", R"({"access_key_id":"AKIA","secret_access_key":"s","region":"eu"})",
       "aws://AKIA:s@/?region=eu"},
      {"my_type", R"({"port":1})", "my-type://@:1"},
      {"x", R"({"host":null,"login":""})", "x://"},
      {"x", R"({"n":1,"m":{"a":[true]}})",
       "x:///?__extra__=%7B%22n%22%3A1%2C%22m%22%3A%7B%22a%22%3A%5Btrue%5D%7D%7D"},
      {"x", R"({"__extra__":"v"})", "x:///?__extra__=%7B%22__extra__%22%3A%22v%22%7D"},
      {"spark", R"({"host":"k8s://h"})", "spark://k8s%3A%2F%2Fh"},
      {"postgres", R"({"user":"u","login":"u"})", "postgres://u@"},
  };
  for (const Row& row : rows) {
    const Result<Secret> uri = WriteAirflowUri(ConnectionOf(row.type, row.fields));
    ASSERT_TRUE(uri.ok()) << row.fields << ": " << uri.error().message();
    EXPECT_EQ(uri->Reveal(), row.uri);
  }
}

TEST(AirflowUri, WritesNoContradictionAndNoBadPort) {
  struct Row {
    const char* fields;
    const char* message;
  };
  const Row rows[] = {
      {R"({"user":"zqx1","login":"zqx2"})", "@postgres.db: two different values for login"},
      {R"({"port":1,"extra":{"a":1},"a":2})", "@postgres.db: two different values for a"},
      {R"({"port":"zqx"})", "field port: the port must be a number from 1 to 65535"},
  };
  for (const Row& row : rows) {
    const Result<Secret> uri = WriteAirflowUri(ConnectionOf("postgres", row.fields));
    ASSERT_FALSE(uri.ok()) << row.fields;
    EXPECT_EQ(uri.error().message(), row.message);
  }
}

class RandomConnections {
 public:
  Connection Next() {
    Connection connection;
    connection.name = {Pick({"postgres", "my_conn_type", "aws", "x9"}), "db"};
    AddText(connection, "host");
    if (Chance()) connection.fields.push_back({"port", Value::Number(Number(1, 65535))});
    AddText(connection, "login");
    AddText(connection, "password");
    AddText(connection, "schema");
    if (Chance()) connection.fields.push_back({"extra", Value::Map(Members(Chance() ? 0 : 2))});
    return connection;
  }

 private:
  std::int64_t Number(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool Chance() { return Number(0, 1) == 1; }
  std::string Pick(std::vector<std::string> choices) {
    return choices[static_cast<std::size_t>(
        Number(0, static_cast<std::int64_t>(choices.size()) - 1))];
  }

  std::string Text() {
    std::string text;
    for (std::int64_t i = Number(1, 12); i > 0; --i) {
      text += Chance()
                  ? std::string(1, static_cast<char>(Number(1, 127)))
                  : Pick({"%", "/", "://", "@", ":", "?", "#", "+", " ", "\n", "\"", "é", "🔑"});
    }
    return text;
  }

  void AddText(Connection& connection, const char* name) {
    if (Chance()) connection.fields.push_back({name, Value::String(Text())});
  }

  std::vector<Value::Member> Members(int depth) {
    std::vector<Value::Member> members;
    for (std::int64_t i = Number(1, 4); i > 0; --i) {
      members.push_back({std::to_string(i) + Text(), Leaf(depth)});
    }
    return members;
  }

  Value Leaf(int depth) {
    if (depth == 0) return Value::String(Text());
    std::vector<Value> items;
    switch (Number(0, 4)) {
      case 0:
        return Value::Number(Number(-5, 5));
      case 1:
        return Value::Bool(Chance());
      case 2:
        return Value::Map(Members(depth - 1));
      case 3:
        items.push_back(Leaf(depth - 1));
        return Value::List(std::move(items));
      default:
        return Value();
    }
  }

  std::mt19937 random_{20260131};
};

TEST(AirflowUri, ReadsBackEveryConnectionThatItWrites) {
  RandomConnections random;
  for (int i = 0; i < 1000; ++i) {
    const Connection connection = random.Next();
    const Result<Secret> uri = WriteAirflowUri(connection);
    ASSERT_TRUE(uri.ok()) << uri.error().message();
    const Result<Connection> again = ParseAirflowUri(uri->Reveal());
    ASSERT_TRUE(again.ok()) << uri->Reveal() << "\n" << again.error().message();
    EXPECT_EQ(again->name.type, connection.name.type);
    ASSERT_EQ(ToJson(again->fields), ToJson(connection.fields)) << uri->Reveal();
  }
}

}  // namespace
}  // namespace injector
