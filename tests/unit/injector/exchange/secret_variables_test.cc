#include "injector/exchange/secret_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"

namespace injector {
namespace {

Connection Given(ConnectionName name, std::string_view fields) {
  Connection connection;
  connection.name = std::move(name);
  const Result<Value> json = ParseJson(fields);
  for (const Value::Member& member : json->members()) {
    connection.fields.push_back({member.name, member.value.Clone()});
  }
  return connection;
}

std::string FieldsOf(const Connection& connection) {
  std::vector<Value::Member> members;
  for (const Field& field : connection.fields) members.push_back({field.name, field.value.Clone()});
  return std::string(WriteJson(Value::Map(std::move(members))).Reveal());
}

TEST(MoveSecretsToVariablesTest, SecretsGoAndTheRestStays) {
  const struct {
    ConnectionName name;
    const char* fields;
    const char* left;
    std::vector<std::string> variables;  // NAME=value
  } rows[] = {
      {{"mysql", "movies"},
       R"({"host":"h","port":3306,"password":"p"})",
       R"({"host":"h","port":3306,"password":"${MYSQL_MOVIES_PASSWORD}"})",
       {"MYSQL_MOVIES_PASSWORD=p"}},
      {{"generic", "api-v2.prod"},
       R"({"token":"t"})",
       R"({"token":"${GENERIC_API_V2_PROD_TOKEN}"})",
       {"GENERIC_API_V2_PROD_TOKEN=t"}},
      {{"3com", "a"}, R"({"token":"t"})", R"({"token":"${_3COM_A_TOKEN}"})", {"_3COM_A_TOKEN=t"}},
      // By what they hold, and inside.
      {{"mongodb", "m"},
       R"({"uri":"mongodb://u:p@h/"})",
       R"({"uri":"${MONGODB_M_URI}"})",
       {"MONGODB_M_URI=mongodb://u:p@h/"}},
      {{"generic", "g"},
       R"({"headers":{"Accept":"*","X-Token":"t"},"keys":["a","b"]})",
       R"({"headers":{"Accept":"*","X-Token":"${GENERIC_G_HEADERS_X_TOKEN}"},)"
       R"("keys":["${GENERIC_G_KEYS_0}","${GENERIC_G_KEYS_1}"]})",
       {"GENERIC_G_HEADERS_X_TOKEN=t", "GENERIC_G_KEYS_0=a", "GENERIC_G_KEYS_1=b"}},
      {{"generic", "g"},
       R"({"pin_token":4711,"use_token":true})",
       R"({"pin_token":"${GENERIC_G_PIN_TOKEN}","use_token":true})",
       {"GENERIC_G_PIN_TOKEN=4711"}},
      // Names that come out alike, here and elsewhere.
      {{"generic", "g"},
       R"({"a-token":"x","a_token":"y"})",
       R"({"a-token":"${GENERIC_G_A_TOKEN}","a_token":"${GENERIC_G_A_TOKEN_2}"})",
       {"GENERIC_G_A_TOKEN=x", "GENERIC_G_A_TOKEN_2=y"}},
      {{"taken", "x"},
       R"({"password":"p"})",
       R"({"password":"${TAKEN_X_PASSWORD_3}"})",
       {"TAKEN_X_PASSWORD_3=p"}},
      // What the file would read as its own.
      {{"mysql", "m"}, R"({"host":"${x}{{ y"})", R"({"host":"$${x}{{ \"{{\" }} y"})", {}},
  };
  const std::string taken[] = {"TAKEN_X_PASSWORD", "TAKEN_X_PASSWORD_2"};
  for (const auto& row : rows) {
    const ConnectionOfVariables moved = MoveSecretsToVariables(Given(row.name, row.fields), taken);
    EXPECT_EQ(FieldsOf(moved.connection), row.left);
    std::vector<std::string> variables;
    for (const SecretVariable& variable : moved.variables) {
      variables.push_back(variable.name + "=" + std::string(variable.value.Reveal()));
    }
    EXPECT_EQ(variables, row.variables) << row.fields;
  }
}

}  // namespace
}  // namespace injector
