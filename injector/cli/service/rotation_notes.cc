#include "injector/cli/service/rotation_notes.h"

#include <algorithm>
#include <string_view>

#include "injector/doctor/mask.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

// Percent-encoded, or as \u00XX in JSON; there is none that is longer.
constexpr std::size_t kLongestForm = 6;
constexpr std::string_view kCut = "(the rest is left out: it was too much)";

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

// The words of what is no JSON, which may be "password: swordfish".
void AddWords(Connection& connection, std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  for (std::size_t start = text.find_first_not_of(kSpace); start != text.npos;
       start = text.find_first_not_of(kSpace, start)) {
    const std::size_t end = std::min(text.find_first_of(kSpace, start), text.size());
    AddSecret(connection, Value::String(text.substr(start, end - start)));
    start = end;
  }
}

// Whatever the program printed as a connection of which everything is secret.
Connection AllSecret(const Secret& printed) {
  Connection connection;
  AddSecret(connection, Value::String(printed.Reveal()));
  const Result<Value> json = ParseJson(printed.Reveal());
  if (json.ok()) {
    AddLeaves(connection, *json);
  } else {
    AddWords(connection, printed.Reveal());
  }
  return connection;
}

std::size_t LongestText(const Value& value) {
  std::size_t longest = 0;
  if (value.kind() == Value::Kind::kString) longest = value.string().size();
  if (value.kind() == Value::Kind::kList) {
    for (const Value& item : value.items()) longest = std::max(longest, LongestText(item));
  }
  if (value.kind() == Value::Kind::kMap) {
    for (const Value::Member& member : value.members()) {
      longest = std::max(longest, LongestText(member.value));
    }
  }
  return longest;
}

std::size_t LongestText(const Connection& connection) {
  std::size_t longest = 0;
  for (const Field& field : connection.fields) {
    longest = std::max(longest, LongestText(field.value));
  }
  return longest;
}

// What is left of a text that was cut once the end that may be half a secret is gone.
std::string_view WithoutEnd(std::string_view text, std::size_t longest_secret) {
  text.remove_suffix(std::min(text.size(), longest_secret * kLongestForm));
  return text.substr(0, text.find_last_of('\n') == text.npos ? 0 : text.find_last_of('\n') + 1);
}

}  // namespace

std::string NotesOf(const ProgramOutput& output, const Connection& current) {
  const Connection printed = AllSecret(output.stdout_bytes);
  std::string_view text = output.stderr_bytes.Reveal();
  if (output.stderr_is_cut) {
    text = WithoutEnd(text, std::max(LongestText(current), LongestText(printed)));
  }
  std::string notes = doctor::MaskSecrets(text, current);
  notes = RedactText(doctor::MaskSecrets(notes, printed));
  if (output.stderr_is_cut) notes.append(kCut);
  while (notes.ends_with('\n')) notes.pop_back();
  return notes;
}

}  // namespace injector
