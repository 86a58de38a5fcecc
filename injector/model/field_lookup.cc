// Looking fields up by whatever name they are asked for: the half of catalogue.h that reads
// connections.

#include <algorithm>
#include <charconv>
#include <string>

#include "injector/model/catalogue.h"
#include "injector/model/secret_names.h"
#include "injector/model/validation.h"

namespace injector {
namespace {

// One place where a field's value may stand.
struct Spelling {
  std::string path;
  const Value* value;
};

bool MeansTheSame(const Value& a, const Value& b) {
  // A port is 5432 in one spelling and "5432" in the other.
  return a == b || a.ToText() == b.ToText();
}

// Every field, and every member of `extra` that counts as one, whose name folds to `canonical`.
std::vector<Spelling> SpellingsOf(const Connection& connection, std::string_view canonical) {
  const std::string& type = connection.name.type;
  std::vector<Spelling> found;
  for (const Field& field : connection.fields) {
    if (field.value.is_null()) continue;
    if (CanonicalFieldName(type, field.name) == canonical) {
      found.push_back({field.name, &field.value});
    }
  }
  const Field* extra = connection.FieldNamed("extra");
  const bool counts = TypeInfoFor(type).extra_members == ExtraMembers::kAreFields;
  if (!counts || extra == nullptr || extra->value.kind() != Value::Kind::kMap) return found;
  for (const Value::Member& member : extra->value.members()) {
    if (member.value.is_null()) continue;
    if (CanonicalFieldName(type, member.name) == canonical) {
      found.push_back({"extra." + member.name, &member.value});
    }
  }
  return found;
}

const Value* Element(const Value& list, std::string_view index_text) {
  std::size_t index = 0;
  const auto [end, error] =
      std::from_chars(index_text.data(), index_text.data() + index_text.size(), index);
  if (error != std::errc() || end != index_text.data() + index_text.size()) return nullptr;
  return index < list.items().size() ? &list.items()[index] : nullptr;
}

// Follows "cert" or "0.name" from `value` inwards. A member's own name may hold dots.
const Value* Descend(const Value& value, std::string_view path) {
  if (const Value* whole = value.Find(path)) return whole;
  const std::size_t dot = path.find('.');
  const std::string_view head = path.substr(0, dot);
  const Value* inner = value.kind() == Value::Kind::kList ? Element(value, head) : value.Find(head);
  if (inner == nullptr || dot == std::string_view::npos) return inner;
  return Descend(*inner, path.substr(dot + 1));
}

Result<const Value*> FindWholeField(const Connection& connection, std::string_view field_name) {
  const std::string_view canonical = CanonicalFieldName(connection.name.type, field_name);
  const std::vector<Spelling> found = SpellingsOf(connection, canonical);
  for (const Spelling& other : found) {
    if (MeansTheSame(*found.front().value, *other.value)) continue;
    return Error(ErrorCode::kConflict, connection.name.Full() + ": fields " + found.front().path +
                                           " and " + other.path +
                                           " mean the same and hold different values")
        .WithHint("remove one of them");
  }
  return found.empty() ? nullptr : found.front().value;
}

// Whether the type does not know `path`, and one of its secret fields was surely meant: "passwrd".
bool IsMistypedSecret(const std::string& type, std::string_view path) {
  const FieldInfo* meant = FindFieldInfo(type, NearestField(type, CanonicalFieldName(type, path)));
  return meant != nullptr && meant->secret;
}

// Whether type, user or name call exactly this path secret.
bool IsNamedSecret(const Connection& connection, std::string_view path, std::string_view leaf) {
  const std::string& type = connection.name.type;
  const FieldInfo* info = FindFieldInfo(type, path);
  if (info == nullptr ? IsMistypedSecret(type, path) : info->secret) return true;
  if (IsSecretName(leaf)) return true;
  const std::string_view canonical = CanonicalFieldName(type, path);
  return std::any_of(
      connection.secret_fields.begin(), connection.secret_fields.end(),
      [&](const std::string& name) { return CanonicalFieldName(type, name) == canonical; });
}

class Flattener {
 public:
  explicit Flattener(const Connection& connection) : connection_(connection) {}

  std::vector<FlatField> Run() && {
    for (const Field& field : connection_.fields) {
      Visit(field.name, field.value, IsSecretField(connection_, field.name));
    }
    return std::move(leaves_);
  }

 private:
  void Visit(const std::string& path, const Value& value, bool secret) {
    if (value.kind() == Value::Kind::kMap && !value.members().empty()) {
      for (const Value::Member& member : value.members()) {
        VisitInner(path, member.name, member.value, secret);
      }
    } else if (value.kind() == Value::Kind::kList && !value.items().empty()) {
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        VisitInner(path, std::to_string(i), value.items()[i], secret);
      }
    } else {
      leaves_.push_back({path, &value, secret});
    }
  }

  void VisitInner(const std::string& outer_path, const std::string& name, const Value& value,
                  bool outer_is_secret) {
    const std::string path = outer_path + "." + name;
    Visit(path, value, outer_is_secret || IsNamedSecret(connection_, path, name));
  }

  const Connection& connection_;
  std::vector<FlatField> leaves_;
};

}  // namespace

Result<const Value*> FindField(const Connection& connection, std::string_view field_name) {
  ASSIGN_OR_RETURN(const Value* whole, FindWholeField(connection, field_name));
  if (whole != nullptr) return whole;
  // The longest field name that the path begins with holds the rest of it.
  for (std::size_t dot = field_name.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = field_name.rfind('.', dot - 1)) {
    ASSIGN_OR_RETURN(const Value* outer, FindWholeField(connection, field_name.substr(0, dot)));
    if (outer == nullptr) continue;
    if (const Value* inner = Descend(*outer, field_name.substr(dot + 1))) return inner;
  }
  return nullptr;
}

bool IsSecretField(const Connection& connection, std::string_view field_name) {
  // Each prefix that ends at a dot, outermost first, and at last the whole.
  std::size_t begin = 0;
  while (true) {
    const std::size_t dot = field_name.find('.', begin);
    const std::string_view path = field_name.substr(0, dot);
    if (IsNamedSecret(connection, path, path.substr(begin))) return true;
    if (dot == std::string_view::npos) return false;
    begin = dot + 1;
  }
}

std::vector<FlatField> Flatten(const Connection& connection) { return Flattener(connection).Run(); }

}  // namespace injector
