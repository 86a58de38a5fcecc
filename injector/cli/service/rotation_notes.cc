#include "injector/cli/service/rotation_notes.h"

#include <optional>

#include "injector/doctor/mask.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

// More than a config has. Each is looked for in all of the text.
constexpr std::size_t kMostValues = 200;
constexpr const char* kLeftOut = "(what the program said is left out: it may hold a secret)";

void AddSecret(Connection& connection, Value value) {
  std::string name = "printed-" + std::to_string(connection.fields.size());
  connection.secret_fields.push_back(name);
  connection.fields.push_back({std::move(name), std::move(value)});
}

// Each text and number in `value`, at any depth.
void AddLeaves(Connection& connection, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kString:
      AddSecret(connection, value.Clone());
      return;
    case Value::Kind::kNumber:
      AddSecret(connection, Value::String(value.number_text()));
      return;
    case Value::Kind::kList:
      for (const Value& item : value.items()) AddLeaves(connection, item);
      return;
    case Value::Kind::kMap:
      for (const Value::Member& member : value.members()) AddLeaves(connection, member.value);
      return;
    default:
      return;
  }
}

// What was printed as a connection of which everything is secret; nullopt: who knows what it is.
std::optional<Connection> AllSecret(const Secret& printed) {
  Connection connection;
  if (printed.empty()) return connection;
  const Result<Value> json = ParseJson(printed.Reveal());
  if (!json.ok()) return std::nullopt;
  AddLeaves(connection, *json);
  if (connection.fields.size() > kMostValues) return std::nullopt;
  return connection;
}

}  // namespace

std::string NotesOf(const ProgramOutput& output, const Connection& current) {
  if (output.stderr_bytes.empty()) return "";
  const std::optional<Connection> printed = AllSecret(output.stdout_bytes);
  if (!printed || output.stderr_is_cut) return kLeftOut;
  std::string notes = doctor::MaskSecrets(output.stderr_bytes.Reveal(), current);
  notes = RedactText(doctor::MaskSecrets(notes, *printed));
  while (notes.ends_with('\n')) notes.pop_back();
  return notes;
}

}  // namespace injector
