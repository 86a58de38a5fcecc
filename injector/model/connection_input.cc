// The half of connection_json.h that reads what people and the API hand in.

#include <algorithm>
#include <charconv>
#include <utility>

#include "injector/model/airflow_json.h"
#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/expiry_time.h"
#include "injector/model/json.h"
#include "injector/model/nearest_name.h"

namespace injector {
namespace {

constexpr std::string_view kEnvelopeMembers[] = {
    "name",    "type",   "default", "description", "version",    "secretFields",
    "noScrub", "config", "fields",  "expiresAt",   "rotateEvery"};

bool IsEnvelopeMember(const Value::Member& member) {
  return std::ranges::find(kEnvelopeMembers, member.name) != std::end(kEnvelopeMembers);
}

// The one of `config` and `fields` that is there; nullptr when neither is, or both.
const Value* ConfigOrFields(const Value& json) {
  const Value* config = json.Find("config");
  const Value* fields = json.Find("fields");
  if ((config == nullptr) == (fields == nullptr)) return nullptr;
  const Value* inner = config != nullptr ? config : fields;
  return inner->kind() == Value::Kind::kMap ? inner : nullptr;
}

Error Expected(std::string_view name, std::string_view kind) {
  return Error(ErrorCode::kInvalidArgument, std::string(name) + ": expected " + std::string(kind));
}

// With a type beside its fields it surely was meant as an envelope. The name is not repeated: it
// may be anything.
Error UnknownMember(const std::string& name) {
  const std::vector<std::string> known(std::begin(kEnvelopeMembers), std::end(kEnvelopeMembers));
  const std::string_view nearest = NearestName(name, known);
  return Error(ErrorCode::kInvalidArgument, "an unknown member beside type and its fields")
      .WithHint(nearest.empty() ? "what is a field belongs into `fields`"
                                : "did you mean " + std::string(nearest) + "?");
}

Result<std::string> ReadText(const Value::Member& member) {
  if (member.value.kind() != Value::Kind::kString) return Expected(member.name, "a string");
  return std::string(member.value.string().Reveal());
}

Result<std::vector<std::string>> ReadNames(const Value::Member& member) {
  if (member.value.kind() != Value::Kind::kList) {
    return Expected(member.name, "a list of field names");
  }
  std::vector<std::string> names;
  for (const Value& item : member.value.items()) {
    if (item.kind() != Value::Kind::kString) return Expected(member.name, "a list of field names");
    names.emplace_back(item.string().Reveal());
  }
  return names;
}

Result<bool> ReadBool(const Value::Member& member) {
  if (member.value.kind() != Value::Kind::kBool) return Expected(member.name, "true or false");
  return member.value.boolean();
}

Result<std::uint64_t> ReadVersion(const Value::Member& member) {
  const Error error = Expected(member.name, "a whole number");
  if (member.value.kind() != Value::Kind::kNumber) return error;
  const std::string& text = member.value.number_text();
  std::uint64_t version = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (problem != std::errc() || end != text.data() + text.size()) return error;
  return version;
}

// `extra` is often handed in as text (Airflow's own databases keep it so).
Value UnfoldExtra(const Value::Member& member) {
  if (member.name == "extra" && member.value.kind() == Value::Kind::kString) {
    Result<Value> inner = ParseJson(member.value.string().Reveal());
    if (inner.ok() && inner->kind() == Value::Kind::kMap) return std::move(inner).value();
  }
  return member.value.Clone();
}

Result<std::vector<Field>> FieldsOf(const Value& config) {
  // Here already: merging compares every field with every other.
  if (config.members().size() > kFieldCountLimit) {
    return Expected("connection", "at most " + std::to_string(kFieldCountLimit) + " fields");
  }
  std::vector<Field> fields;
  fields.reserve(config.members().size());
  for (const Value::Member& member : config.members()) {
    fields.push_back({member.name, UnfoldExtra(member)});
  }
  return fields;
}

class EnvelopeReader {
 public:
  Result<ConnectionInput> Run(const Value& envelope, const Value& config) && {
    ASSIGN_OR_RETURN(input_.fields, FieldsOf(config));
    for (const Value::Member& member : envelope.members()) {
      if (!member.value.is_null()) RETURN_IF_ERROR(Add(member));
    }
    return std::move(input_);
  }

 private:
  Status Add(const Value::Member& member) {
    const std::string& name = member.name;
    if (name == "name") return Assign(input_.alias, ReadText(member));
    if (name == "type") return Assign(input_.type, ReadText(member));
    if (name == "default") return Assign(input_.is_default, ReadBool(member));
    if (name == "description") return Assign(input_.description, ReadText(member));
    if (name == "expiresAt") {
      ASSIGN_OR_RETURN(const std::string text, ReadText(member));
      input_.expires_at = ExpiryTime(text);
      return {};
    }
    if (name == "rotateEvery") return Assign(input_.rotate_every, ReadText(member));
    if (name == "version") return Assign(input_.version, ReadVersion(member));
    if (name == "secretFields") return Assign(input_.secret_fields, ReadNames(member));
    if (name == "noScrub") return Assign(input_.no_scrub, ReadNames(member));
    return {};  // the config
  }

  template <typename T>
  static Status Assign(std::optional<T>& target, Result<T> read) {
    if (!read.ok()) return std::move(read).error();
    target = std::move(read).value();
    return {};
  }

  ConnectionInput input_;
};

Result<ConnectionInput> ReadAirflow(const Value& json) {
  ASSIGN_OR_RETURN(Connection connection, ConnectionFromAirflowJson(json));
  ConnectionInput input;
  input.type = std::move(connection.name.type);
  input.fields = std::move(connection.fields);
  if (!connection.description.empty()) input.description = std::move(connection.description);
  return input;
}

// `fields` with `field` in the place of the first that means the same, or at the end.
std::vector<Field> WithField(std::vector<Field> fields, std::string_view type, Field field) {
  const std::string_view canonical = CanonicalFieldName(type, field.name);
  const auto means_the_same = [&](const Field& other) {
    return CanonicalFieldName(type, other.name) == canonical;
  };
  const auto first = std::find_if(fields.begin(), fields.end(), means_the_same);
  const std::ptrdiff_t place = first - fields.begin();
  fields.erase(std::remove_if(first, fields.end(), means_the_same), fields.end());
  if (!field.value.is_null()) fields.insert(fields.begin() + place, std::move(field));
  return fields;
}

// Whether members of the map `extra` count as fields of their own.
bool CountsAsFields(std::string_view type, const Field& field) {
  return field.name == "extra" && field.value.kind() == Value::Kind::kMap &&
         TypeInfoFor(type).extra_members == ExtraMembers::kAreFields;
}

// `fields` without the members of their `extra` that mean `canonical`; an `extra` that is empty
// then goes with them.
std::vector<Field> WithoutMember(std::vector<Field> fields, std::string_view type,
                                 std::string_view canonical) {
  std::erase_if(fields, [&](Field& field) {
    if (!CountsAsFields(type, field)) return false;
    const std::size_t erased =
        std::erase_if(field.value.members(), [&](const Value::Member& member) {
          return CanonicalFieldName(type, member.name) == canonical;
        });
    return erased > 0 && field.value.members().empty();
  });
  return fields;
}

// `fields` without what stands on the other side of `extra` and means the same as `given`: a member
// where `given` is a field, fields where it is an `extra` with members.
std::vector<Field> WithoutOtherSide(std::vector<Field> fields, std::string_view type,
                                    const Field& given) {
  if (!CountsAsFields(type, given)) {
    return WithoutMember(std::move(fields), type, CanonicalFieldName(type, given.name));
  }
  for (const Value::Member& member : given.value.members()) {
    const std::string_view canonical = CanonicalFieldName(type, member.name);
    std::erase_if(fields, [&](const Field& field) {
      return CanonicalFieldName(type, field.name) == canonical;
    });
  }
  return fields;
}

}  // namespace

Result<ConnectionInput> ParseConnectionInput(const Value& json) {
  if (json.kind() != Value::Kind::kMap) return Expected("connection", "a JSON object");
  if (json.Find("conn_type") != nullptr) return ReadAirflow(json);

  if (const Value* config = ConfigOrFields(json)) {
    const auto unknown = std::ranges::find_if_not(json.members(), IsEnvelopeMember);
    if (unknown == json.members().end()) return EnvelopeReader().Run(json, *config);
    if (json.Find("type") != nullptr) return UnknownMember(unknown->name);
  }
  ConnectionInput input;
  ASSIGN_OR_RETURN(input.fields, FieldsOf(json));
  return input;
}

Connection ApplyInput(Connection base, ConnectionInput input) {
  if (input.alias) base.name.alias = *std::move(input.alias);
  if (input.type) base.name.type = *std::move(input.type);
  // Of what was there alone: two spellings that are given together are for the caller to compare.
  for (const Field& field : input.fields) {
    base.fields = WithoutOtherSide(std::move(base.fields), base.name.type, field);
  }
  for (Field& field : input.fields) {
    base.fields = WithField(std::move(base.fields), base.name.type, std::move(field));
  }
  if (input.secret_fields) base.secret_fields = *std::move(input.secret_fields);
  if (input.no_scrub) base.no_scrub = *std::move(input.no_scrub);
  if (input.is_default) base.is_default = *input.is_default;
  if (input.description) base.description = *std::move(input.description);
  if (input.expires_at) base.expires_at = *std::move(input.expires_at);
  if (input.rotate_every) base.rotate_every = *std::move(input.rotate_every);
  if (input.version) base.version = *input.version;
  return base;
}

}  // namespace injector
