// Apache Airflow's own examples of connections (airflow_connections.json), read, written and read
// again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "injector/base/file.h"
#include "injector/model/airflow_json.h"
#include "injector/model/airflow_uri.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"
#include "tests/support/paths.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Compact(const Value& value) { return std::string(WriteJson(value).Reveal()); }

const Value& Table() {
  static const Value* table = [] {
    Result<Secret> text =
        ReadFile(tests::SourceFile("conformance/airflow_connections.json"), 1 << 20);
    EXPECT_TRUE(text.ok()) << (text.ok() ? "" : text.error().message());
    return new Value(ParseJson(text->Reveal()).value());
  }();
  return *table;
}

// In the table null and "" both mean absent.
std::string ExpectedPart(const Value& expect, std::string_view part) {
  const Value* value = expect.Find(part);
  const bool absent = value == nullptr || value->ToText().empty();
  return absent ? "absent" : Compact(*value);
}

std::string FoundPart(const Connection& connection, std::string_view part) {
  const Field* field = connection.FieldNamed(part);
  return field == nullptr ? "absent" : Compact(field->value);
}

void ExpectConnection(const Connection& connection, const Value& expect) {
  EXPECT_EQ(connection.name.type, expect.Find("type")->string().Reveal());
  for (std::string_view part : {"host", "port", "login", "password", "schema", "extra"}) {
    EXPECT_EQ(FoundPart(connection, part), ExpectedPart(expect, part)) << part;
  }
}

// No three neighbouring characters of the input may stand in the message, except those of Airflow's
// own names for the parts.
void ExpectNoEcho(const Error& error, std::string_view input) {
  constexpr std::string_view kPartNames = "conn_type extra port";
  EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
  for (std::size_t at = 0; at + 3 <= input.size(); ++at) {
    const std::string piece(input.substr(at, 3));
    if (kPartNames.find(piece) != std::string_view::npos) continue;
    EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr(piece)));
  }
}

void ExpectSurvivesBothTexts(const Connection& connection, const Value& expect) {
  const Result<Secret> uri = WriteAirflowUri(connection);
  ASSERT_TRUE(uri.ok());
  const Result<Connection> from_uri = ParseAirflowUri(uri->Reveal());
  ASSERT_TRUE(from_uri.ok()) << uri->Reveal();
  ExpectConnection(*from_uri, expect);

  const Result<Value> json = AirflowJsonOf(connection);
  ASSERT_TRUE(json.ok());
  const Result<Connection> from_json = ConnectionFromAirflowJson(*json);
  ASSERT_TRUE(from_json.ok()) << Compact(*json);
  ExpectConnection(*from_json, expect);
}

void ExpectRow(const Result<Connection>& connection, const Value& expect, std::string_view input) {
  if (expect.kind() == Value::Kind::kString) {
    ASSERT_FALSE(connection.ok());
    return ExpectNoEcho(connection.error(), input);
  }
  ASSERT_TRUE(connection.ok()) << connection.error().message();
  ExpectConnection(*connection, expect);
  ExpectSurvivesBothTexts(*connection, expect);
}

// As every command and source takes JSON.
Result<Connection> ConnectionOf(std::string_view text) {
  ASSIGN_OR_RETURN(const Value json, ParseJson(text));
  ASSIGN_OR_RETURN(ConnectionInput input, ParseConnectionInput(json));
  return ApplyInput(Connection(), std::move(input));
}

TEST(AirflowConformance, Uris) {
  ASSERT_GT(Table().Find("uri")->items().size(), 15U);
  for (const Value& row : Table().Find("uri")->items()) {
    SCOPED_TRACE(Compact(*row.Find("id")));
    const std::string_view uri = row.Find("uri")->string().Reveal();
    ExpectRow(ParseAirflowUri(uri), *row.Find("expect"), uri);
  }
}

TEST(AirflowConformance, JsonTexts) {
  ASSERT_GT(Table().Find("json")->items().size(), 7U);
  for (const Value& row : Table().Find("json")->items()) {
    SCOPED_TRACE(Compact(*row.Find("id")));
    const std::string json = Compact(*row.Find("json"));
    ExpectRow(ConnectionOf(json), *row.Find("expect"), json);
  }
}

}  // namespace
}  // namespace injector
