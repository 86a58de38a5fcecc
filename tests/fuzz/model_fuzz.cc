// Any bytes as JSON and as an Airflow connection: no crash, and whatever is read must be written
// and read back the same.

#include "injector/model/airflow_json.h"
#include "injector/model/airflow_uri.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"
#include "tests/fuzz/fuzz_support.h"

namespace {

using fuzz::Require;
using injector::Connection;
using injector::Result;
using injector::Secret;
using injector::Value;

void CheckJson(std::string_view text) {
  const Result<Value> value = injector::ParseJson(text);
  if (!value.ok()) return;
  for (auto style : {injector::JsonStyle::kCompact, injector::JsonStyle::kIndented}) {
    const Result<Value> again = injector::ParseJson(injector::WriteJson(*value, style).Reveal());
    Require(again.ok() && *again == *value);
  }
}

Result<Connection> AirflowConnection(std::string_view text) {
  if (!text.starts_with('{')) return injector::ParseAirflowUri(text);
  ASSIGN_OR_RETURN(const Value json, injector::ParseJson(text));
  return injector::ConnectionFromAirflowJson(json);
}

void CheckAirflow(std::string_view text) {
  const Result<Connection> connection = AirflowConnection(text);
  if (!connection.ok()) return;
  const Result<Secret> uri = injector::WriteAirflowUri(*connection);
  Require(uri.ok());
  const Result<Connection> again = injector::ParseAirflowUri(uri->Reveal());
  Require(again.ok() && again->name == connection->name &&
          again->fields.size() == connection->fields.size());
  for (const injector::Field& field : connection->fields) {
    const injector::Field* found = again->FieldNamed(field.name);
    Require(found != nullptr && found->value == field.value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::TextOf(data, size);
  CheckJson(text);
  CheckAirflow(text);
  injector::RedactText(text);
  return 0;
}
