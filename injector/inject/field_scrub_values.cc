#include "injector/inject/field_scrub_values.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "injector/base/percent.h"
#include "injector/inject/url_userinfo.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

bool IsContainer(const Value& value) {
  return value.kind() == Value::Kind::kMap || value.kind() == Value::Kind::kList;
}

// true, false and null are common words, whatever field they stand in ("use_token": true).
bool CanBeSecret(const Value& value) {
  return value.kind() != Value::Kind::kBool && !value.is_null();
}

class Collector {
 public:
  explicit Collector(const Connection& connection) : connection_(connection) {}

  std::vector<ScrubValue> Run() && {
    for (const Field& field : connection_.fields) {
      // The leaves follow below; the JSON text of a secret map counts as a whole too.
      if (IsContainer(field.value) && IsSecretField(connection_, field.name)) {
        Add(field.name, field.value.ToText());
      }
    }
    for (const FlatField& leaf : Flatten(connection_)) AddLeaf(leaf);
    return std::move(values_);
  }

 private:
  void AddLeaf(const FlatField& leaf) {
    if (IsContainer(*leaf.value) || !CanBeSecret(*leaf.value)) return;
    if (leaf.secret) return Add(leaf.path, leaf.value->ToText());
    if (leaf.value->kind() != Value::Kind::kString) return;
    const std::string_view password = UserinfoSecret(leaf.value->string().Reveal());
    Add(leaf.path, Secret::CopyOf(password));
    std::optional<Secret> decoded = PercentDecode(password);
    if (decoded && decoded->Reveal() != password) Add(leaf.path, *std::move(decoded));
  }

  void Add(const std::string& path, Secret value) {
    if (value.empty() || IsExemptFromScrubbing(connection_, path)) return;
    const ConnectionName& name = connection_.name;
    values_.push_back({name.type + "." + name.alias + "." + path, std::move(value)});
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

}  // namespace injector
