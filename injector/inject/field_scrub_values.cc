#include "injector/inject/field_scrub_values.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "injector/base/open_member.h"
#include "injector/base/percent.h"
#include "injector/inject/structured_secrets.h"
#include "injector/inject/url_userinfo.h"
#include "injector/model/catalogue.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

bool IsContainer(const Value& value) {
  return value.kind() == Value::Kind::kMap || value.kind() == Value::Kind::kList;
}

bool IsFilledContainer(const Value& value) {
  if (value.kind() == Value::Kind::kMap) return !value.members().empty();
  return value.kind() == Value::Kind::kList && !value.items().empty();
}

// true, false and null are common words, whatever field they stand in ("use_token": true).
bool CanBeSecret(const Value& value) {
  return value.kind() != Value::Kind::kBool && !value.is_null();
}

bool UserCallsSecret(const Connection& connection, std::string_view path) {
  const std::string& type = connection.name.type;
  return std::any_of(connection.secret_fields.begin(), connection.secret_fields.end(),
                     [&](const std::string& name) {
                       return CanonicalFieldName(type, name) == CanonicalFieldName(type, path);
                     });
}

// Whether a leaf of something secret is none by itself, as the project in a key file, unless the
// user says so. The same as of the members of a secret JSON text (scrub/parts.h).
bool IsOpenInside(const Connection& connection, const FlatField& leaf) {
  const std::string_view path = leaf.path;
  const std::size_t dot = path.rfind('.');
  if (leaf.value->kind() != Value::Kind::kString || dot == path.npos) return false;
  return IsOpenMember(path.substr(dot + 1), leaf.value->string().Reveal()) &&
         IsSecretField(connection, path.substr(0, dot)) && !UserCallsSecret(connection, path);
}

// As it is written, and as a reader of the URL decodes it.
void AppendPiece(std::vector<ScrubValue>& values, const std::string& name, Secret piece) {
  std::optional<Secret> decoded = PercentDecode(piece.Reveal());
  if (decoded && *decoded == piece) decoded.reset();
  values.push_back({.name = name, .value = std::move(piece)});
  if (decoded) values.push_back({.name = name, .value = *std::move(decoded)});
}

// The secrets inside a whole file or a connection string, but for those that are in `values`.
void AppendStructure(std::vector<ScrubValue>& values, const std::string& name,
                     std::string_view text) {
  std::vector<ScrubValue> more;
  for (Secret& secret : SecretsInStructure(text)) {
    const bool known = std::any_of(values.begin(), values.end(), [&](const ScrubValue& value) {
      return value.value.Reveal() == secret.Reveal();
    });
    if (!known) more.push_back({.name = name, .value = std::move(secret)});
  }
  std::move(more.begin(), more.end(), std::back_inserter(values));
}

// `text`, which is secret as a whole, and what in it is one by itself.
std::vector<ScrubValue> WholeAndStructure(const std::string& name, std::string_view text) {
  std::vector<ScrubValue> values;
  values.push_back({.name = name, .value = Secret::CopyOf(text)});
  AppendStructure(values, name, text);
  return values;
}

// What of `text`, which is not secret itself, is.
std::vector<ScrubValue> SecretPieces(const std::string& name, std::string_view text) {
  std::vector<ScrubValue> values;
  for (Secret& piece : SecretsInText(text)) {
    // A URL's fragment is hidden with the query's last value, but is no part of it.
    const std::size_t fragment = piece.Reveal().find('#');
    if (fragment != std::string_view::npos && text.find("://") != std::string_view::npos) {
      AppendPiece(values, name, Secret::CopyOf(piece.Reveal().substr(0, fragment)));
    }
    AppendPiece(values, name, std::move(piece));
  }
  if (!HoldsSecret(text)) return values;
  AppendStructure(values, name, text);
  if (!UserinfoSecret(text).empty()) return values;
  // A private key, "Bearer …", "password=…": pieces may be too short to be scrubbed alone.
  values.push_back({.name = name, .value = Secret::CopyOf(text), .secret_field = false});
  return values;
}

class Collector {
 public:
  explicit Collector(const Connection& connection) : connection_(connection) {}

  std::vector<ScrubValue> Run() && {
    for (const Field& field : connection_.fields) {
      // The leaves follow below; the JSON text of a secret map counts as a whole too.
      if (IsFilledContainer(field.value) && IsSecretField(connection_, field.name)) {
        Add({.name = field.name, .value = field.value.ToText()});
      }
    }
    for (const FlatField& leaf : Flatten(connection_)) AddLeaf(leaf);
    return std::move(values_);
  }

 private:
  void AddLeaf(const FlatField& leaf) {
    if (IsContainer(*leaf.value) || !CanBeSecret(*leaf.value)) return;
    const Secret text = leaf.value->ToText();
    if (leaf.secret && !IsOpenInside(connection_, leaf)) {
      AddAll(WholeAndStructure(leaf.path, text.Reveal()));
    } else if (leaf.value->kind() == Value::Kind::kString) {
      AddAll(SecretPieces(leaf.path, text.Reveal()));
    }
  }

  void AddAll(std::vector<ScrubValue> values) {
    for (ScrubValue& value : values) Add(std::move(value));
  }

  // `value.name` is still the path alone.
  void Add(ScrubValue value) {
    if (value.value.empty() || IsExemptFromScrubbing(connection_, value.name)) return;
    value.name.insert(0, connection_.name.type + "." + connection_.name.alias + ".");
    values_.push_back(std::move(value));
  }

  const Connection& connection_;
  std::vector<ScrubValue> values_;
};

}  // namespace

bool IsExemptFromScrubbing(const Connection& connection, std::string_view field) {
  const std::string& type = connection.name.type;
  const std::string_view path = CanonicalFieldName(type, field);
  return std::any_of(
      connection.no_scrub.begin(), connection.no_scrub.end(), [&](const std::string& exempt) {
        const std::string_view outer = CanonicalFieldName(type, exempt);
        return path == outer ||
               (path.starts_with(outer) && path.substr(outer.size()).starts_with('.'));
      });
}

std::vector<ScrubValue> FieldScrubValues(const Connection& connection) {
  return Collector(connection).Run();
}

std::vector<ScrubValue> VariableScrubValues(const Variable& variable) {
  const std::string name = "var." + variable.key;
  const std::string_view text = variable.value.Reveal();
  return variable.is_secret ? WholeAndStructure(name, text) : SecretPieces(name, text);
}

}  // namespace injector
