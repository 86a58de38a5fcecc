#pragma once
// A connection as JSON, in the three shapes that the project uses:
//   shown    {"name","type","default","description","version","fields":{…},"secretFields":[…]}
//   given    what people and the API hand in: the config object alone, an envelope around it, or
//            Airflow's JSON
//   content  what an encrypted store keeps as its plaintext: everything but identity and version

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

enum class SecretView { kHidden, kRevealed };

// The shown shape; `noScrub`, `expiresAt` and `rotateEvery` are added where they are set.
// `secretFields` holds the path of every secret field. Hidden: secret fields and members are absent
// from `fields`, and what RedactText (redaction.h) finds in other values is masked.
Value ConnectionToJson(const Connection& connection, SecretView view);

// What a given text says; whatever it does not say is left as it was.
struct ConnectionInput {
  std::optional<std::string> alias;
  std::optional<std::string> type;
  std::vector<Field> fields;  // null: remove this field
  std::optional<std::vector<std::string>> secret_fields;
  std::optional<std::vector<std::string>> no_scrub;
  std::optional<bool> is_default;
  std::optional<std::string> description;
  std::optional<std::string> expires_at;
  std::optional<std::string> rotate_every;
  std::optional<std::uint64_t> version;
};

// Takes the given shapes: an object with `conn_type` is Airflow's; one whose members are all of
// name, type, default, description, version, secretFields, noScrub, expiresAt, rotateEvery and one
// of `config` | `fields` (an object) is an envelope, so the shown shape can be handed in again; any
// other object is the config itself. `extra` as text that holds a JSON object becomes that object.
// kInvalidArgument (an unknown member beside `type` and fields, too) never tells a value.
Result<ConnectionInput> ParseConnectionInput(const Value& json);

// `base` with what `input` says. A field replaces whatever means the same (`user` takes the place
// of `login`, `sslmode` that of `extra.sslmode` and the other way round), so that one setting never
// stands beside a stale spelling of itself; null removes every spelling. An `extra` that is emptied
// by this goes as well.
Connection ApplyInput(Connection base, ConnectionInput input);

// {"fields":{…},"secretFields":[…],"noScrub":[…],"description":…,"expiresAt":…,"rotateEvery":…},
// empty ones left out.
Value ConnectionContent(const Connection& connection);
// kDataLoss for anything that ConnectionContent does not write.
Result<Connection> ConnectionFromContent(ConnectionName name, const Value& content);

inline constexpr std::size_t kFieldCountLimit = 1000;
inline constexpr std::size_t kFieldNameLimit = 255;
inline constexpr std::size_t kFieldValueLimit = 64 * 1024;

// That the names are valid (at most 1,000 fields, each named in 1 to 255 bytes of UTF-8 without
// control characters, no two alike, nor a leaf of Flatten (catalogue.h) and another; no member of a
// map is unnamed), every value is at most kFieldValueLimit bytes as ToText gives it, expires_at is
// an RFC 3339 time, and rotate_every a period.
Status CheckConnection(const Connection& connection);

}  // namespace injector
