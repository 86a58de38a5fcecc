#include "injector/service/variables.h"

#include <utility>
#include <vector>

#include "injector/service/variable_record.h"

namespace injector {
namespace {

constexpr RecordKind kKind = RecordKind::kVariable;

Error Invalid(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::string TextAt(const Value& map, std::string_view name) {
  const Value* value = map.Find(name);
  if (value == nullptr || value->kind() != Value::Kind::kString) return {};
  return std::string(value->string().Reveal());
}

VariableView ViewOf(ConnectionView view) {
  VariableView variable{.id = std::move(view.id),
                        .key = KeyOf(view.name),
                        .value = {},
                        .is_secret = false,
                        .description = TextAt(view.shown, "description"),
                        .version = view.version,
                        .created_by = std::move(view.created_by),
                        .created_at = view.created_at,
                        .changed_by = std::move(view.changed_by),
                        .changed_at = view.changed_at,
                        .is_damaged = view.is_damaged};
  const Value* fields = view.shown.Find("fields");
  // What somebody has written over is not shown, and rather secret than not.
  variable.is_secret = fields == nullptr || fields->Find("value") == nullptr;
  if (!variable.is_secret) variable.value = TextAt(*fields, "value");
  return variable;
}

Status Check(const Variable& variable, const ServiceLimits& limits) {
  if (!IsValidVariableKey(variable.key)) {
    return Invalid("key: expected letters, digits and _, not beginning with a digit");
  }
  if (variable.value.size() > limits.value_bytes) {
    return Invalid("value: longer than " + std::to_string(limits.value_bytes) + " bytes");
  }
  return {};
}

Result<Connection> Patched(const Connection& old, const VariablePatch& patch,
                           const ServiceLimits& limits) {
  ASSIGN_OR_RETURN(Variable variable, VariableOfRecord(old));
  // Nobody is shown a stored secret value but by a grant.
  if (variable.is_secret && patch.is_secret == false && !patch.value) {
    return Invalid("isSecret: the stored value was secret; give a new value in the same change");
  }
  if (patch.value) variable.value = patch.value->Clone();
  if (patch.is_secret) variable.is_secret = *patch.is_secret;
  if (patch.description) variable.description = *patch.description;
  RETURN_IF_ERROR(Check(variable, limits));
  return RecordOfVariable(variable);
}

}  // namespace

Result<std::string> FindVariable(SqlSession& session, const std::string& org_id,
                                 const std::string& key) {
  ASSIGN_OR_RETURN(
      const SqlRow row,
      session.QueryOne("SELECT id FROM service_connections WHERE org_id = :1 AND name = :2",
                       {org_id, VariableName(key).alias}, "variable"));
  return row.Text(0);
}

Result<VariableView> Variables::Create(const Principal& principal, const Variable& variable,
                                       const std::optional<OnceKey>& once) {
  const Intent intent{.operation = Operation::kCreateVariable};
  return desk_.Change<VariableView>(principal, intent, [&](Act& act) -> Result<VariableView> {
    const auto make = [&]() -> Result<std::string> {
      RETURN_IF_ERROR(Check(variable, desk_.limits()));
      return InsertRecord(act, RecordOfVariable(variable), intent);
    };
    ASSIGN_OR_RETURN(const std::string id, IdOnce(act, once, make));
    ASSIGN_OR_RETURN(ConnectionView view, MadeView(act, kKind, id));
    return ViewOf(std::move(view));
  });
}

Result<VariableView> Variables::Get(const Principal& principal, const std::string& key) {
  return desk_.Read<VariableView>(
      principal, {.operation = Operation::kReadVariables},
      [&](SqlSession& session) -> Result<VariableView> {
        ASSIGN_OR_RETURN(const std::string id, FindVariable(session, principal.org_id, key));
        ASSIGN_OR_RETURN(ConnectionView view, CurrentView(session, principal.org_id, kKind, id));
        return ViewOf(std::move(view));
      });
}

Result<Page<VariableView>> Variables::List(const Principal& principal, const PageRequest& page) {
  using Views = Page<VariableView>;
  return desk_.Read<Views>(
      principal, {.operation = Operation::kReadVariables},
      [&](SqlSession& session) -> Result<Views> {
        PageRequest by_name = page;
        if (!page.after.empty()) by_name.after = VariableName(page.after).alias;
        ASSIGN_OR_RETURN(std::vector<ConnectionView> records,
                         ListViews(session, principal.org_id, kKind, by_name, ""));
        std::vector<VariableView> views;
        for (ConnectionView& record : records) views.push_back(ViewOf(std::move(record)));
        return MakePage(std::move(views), page, [](const VariableView& view) { return view.key; });
      });
}

Result<VariableView> Variables::Patch(const Principal& principal, const std::string& key,
                                      std::optional<std::int64_t> expected_version,
                                      const VariablePatch& patch,
                                      const std::optional<OnceKey>& once) {
  Intent intent{.operation = Operation::kChangeVariable};
  return desk_.Change<VariableView>(principal, intent, [&](Act& act) -> Result<VariableView> {
    ASSIGN_OR_RETURN(const std::string id, FindVariable(act.session(), act.org_id(), key));
    const auto make = [&]() -> Result<std::string> {
      ASSIGN_OR_RETURN(const StoredConnection before,
                       ReadForChange(act, kKind, id, expected_version));
      const auto change = [&](const Connection& old) {
        return Patched(old, patch, desk_.limits());
      };
      RETURN_IF_ERROR(ReviseRecord(act, before, change, intent));
      return id;
    };
    RETURN_IF_ERROR(IdOnce(act, once, make));
    ASSIGN_OR_RETURN(ConnectionView view, CurrentView(act.session(), act.org_id(), kKind, id));
    return ViewOf(std::move(view));
  });
}

Status Variables::Delete(const Principal& principal, const std::string& key, DeleteMode mode,
                         std::optional<std::int64_t> expected_version) {
  const Intent intent{.operation = Operation::kDeleteVariable};
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const std::string id, FindVariable(act.session(), act.org_id(), key));
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     ReadForChange(act, kKind, id, expected_version));
    return DeleteRecord(act, stored, mode, intent);
  });
}

}  // namespace injector
