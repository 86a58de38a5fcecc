#include "injector/service/connections.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/service/merge_patch.h"

namespace injector {
namespace {

constexpr RecordKind kKind = RecordKind::kConnection;

Error Invalid(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

Status CheckSizes(const Connection& connection, const ServiceLimits& limits) {
  const bool fits = std::all_of(
      connection.fields.begin(), connection.fields.end(),
      [&](const Field& field) { return field.value.ToText().size() <= limits.value_bytes; });
  if (fits) return {};
  return Invalid("config: a value is longer than " + std::to_string(limits.value_bytes) + " bytes");
}

Status Check(const Connection& connection, const ServiceLimits& limits) {
  RETURN_IF_ERROR(CheckSizes(connection, limits));
  return CheckConnection(connection);
}

Result<Connection> NewConnection(const Value& body, const ServiceLimits& limits) {
  ASSIGN_OR_RETURN(ConnectionInput input, ParseConnectionInput(body));
  if (!input.alias || !input.type) return Invalid("connection: needs a name and a type");
  Connection empty;
  empty.name = {.type = *input.type, .alias = *input.alias};
  Connection connection = ApplyInput(std::move(empty), std::move(input));
  RETURN_IF_ERROR(Check(connection, limits));
  return connection;
}

// Nobody is shown a stored secret value but by a grant: what becomes visible must come with the
// change. `patch` is what was sent, before any of it was merged with what there is.
Status CheckNothingStoredIsShown(const Connection& old, const Connection& patched,
                                 ConnectionInput patch) {
  const std::vector<std::string> shown = MadeVisible(old, patched);
  Connection nothing;
  nothing.name = old.name;
  const Connection given = ApplyInput(std::move(nothing), std::move(patch));
  const std::vector<FlatField> leaves = Flatten(given);
  const bool all_given = std::all_of(shown.begin(), shown.end(), [&](const std::string& path) {
    return std::any_of(leaves.begin(), leaves.end(),
                       [&](const FlatField& leaf) { return leaf.path == path; });
  });
  if (all_given) return {};
  return Invalid("secretFields: a stored value was secret; give a new one in the same change");
}

Result<Connection> Patched(const Connection& old, const Value& json, const ServiceLimits& limits) {
  ASSIGN_OR_RETURN(ConnectionInput patch, ParseConnectionInput(json));
  ASSIGN_OR_RETURN(ConnectionInput as_sent, ParseConnectionInput(json));
  const bool renamed = (patch.alias && *patch.alias != old.name.alias) ||
                       (patch.type && *patch.type != old.name.type);
  if (renamed) {
    return Invalid("connection: name and type cannot change").WithHint("make a new connection");
  }
  patch.version.reset();  // which one to change stands in the precondition
  for (Field& field : patch.fields) {
    const Field* before = old.FieldNamed(field.name);
    field.value = MergePatch(before == nullptr ? Value() : before->value.Clone(), field.value);
  }
  Connection patched = ApplyInput(old.Clone(), std::move(patch));
  RETURN_IF_ERROR(Check(patched, limits));
  RETURN_IF_ERROR(CheckNothingStoredIsShown(old, patched, std::move(as_sent)));
  return patched;
}

}  // namespace

Result<ConnectionView> Connections::Create(const Principal& principal, const Value& body,
                                           const std::optional<OnceKey>& once) {
  const Intent intent{.operation = Operation::kCreateConnection};
  return desk_.Change<ConnectionView>(principal, intent, [&](Act& act) -> Result<ConnectionView> {
    const auto make = [&]() -> Result<std::string> {
      ASSIGN_OR_RETURN(Connection connection, NewConnection(body, desk_.limits()));
      return InsertRecord(act, std::move(connection), intent);
    };
    ASSIGN_OR_RETURN(const std::string id, IdOnce(act, once, make));
    return MadeView(act, kKind, id);
  });
}

Result<ConnectionView> Connections::Get(const Principal& principal, const std::string& id) {
  return desk_.Read<ConnectionView>(
      principal, {.operation = Operation::kReadConnections, .connection = id},
      [&](SqlSession& session) { return CurrentView(session, principal.org_id, kKind, id); });
}

Result<Page<ConnectionView>> Connections::List(const Principal& principal, const PageRequest& page,
                                               const std::string& name) {
  return desk_.Read<Page<ConnectionView>>(
      principal, {.operation = Operation::kReadConnections},
      [&](SqlSession& session) -> Result<Page<ConnectionView>> {
        ASSIGN_OR_RETURN(std::vector<ConnectionView> views,
                         ListViews(session, principal.org_id, kKind, page, name));
        return MakePage(std::move(views), page,
                        [](const ConnectionView& view) { return view.name.alias; });
      });
}

Result<Page<ConnectionView>> Connections::Versions(const Principal& principal,
                                                   const std::string& id, const PageRequest& page) {
  using Views = Page<ConnectionView>;
  return desk_.Read<Views>(
      principal, {.operation = Operation::kReadConnections, .connection = id},
      [&](SqlSession& session) -> Result<Views> {
        RETURN_IF_ERROR(CurrentView(session, principal.org_id, kKind, id));
        ASSIGN_OR_RETURN(const std::int64_t before, ParsePosition(page.after));
        ASSIGN_OR_RETURN(std::vector<ConnectionView> views,
                         VersionViews(session, id, before, page.rows()));
        return MakePage(std::move(views), page,
                        [](const ConnectionView& view) { return std::to_string(view.version); });
      });
}

Result<ConnectionView> Connections::Patch(const Principal& principal, const std::string& id,
                                          std::optional<std::int64_t> expected_version,
                                          const Value& patch, const std::optional<OnceKey>& once) {
  return Revise(principal, id, expected_version, once,
                [&](Act&, const Connection& old) { return Patched(old, patch, desk_.limits()); });
}

Result<ConnectionView> Connections::RollBack(const Principal& principal, const std::string& id,
                                             std::optional<std::int64_t> expected_version,
                                             std::int64_t version,
                                             const std::optional<OnceKey>& once) {
  const auto earlier = [&](Act& act, const Connection& old) -> Result<Connection> {
    // What is below is no version yet (rotation.h).
    if (version < 1) return Error(ErrorCode::kNotFound, "version: not found");
    const Intent intent{.operation = Operation::kChangeConnection, .connection = id};
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     ReadVersion(act.session(), act.org_id(), id, version));
    ASSIGN_OR_RETURN(Connection connection, OpenRecorded(act, stored, intent));
    connection.is_default = old.is_default;
    return connection;
  };
  return Revise(principal, id, expected_version, once, earlier);
}

Result<ConnectionView> Connections::Revise(
    const Principal& principal, const std::string& id, std::optional<std::int64_t> expected_version,
    const std::optional<OnceKey>& once,
    const std::function<Result<Connection>(Act&, const Connection&)>& change) {
  const Intent intent{.operation = Operation::kChangeConnection, .connection = id};
  return desk_.Change<ConnectionView>(principal, intent, [&](Act& act) -> Result<ConnectionView> {
    const auto make = [&]() -> Result<std::string> {
      ASSIGN_OR_RETURN(const StoredConnection before,
                       ReadForChange(act, kKind, id, expected_version));
      const auto in_act = [&](const Connection& old) { return change(act, old); };
      RETURN_IF_ERROR(ReviseRecord(act, before, in_act, intent));
      return id;
    };
    RETURN_IF_ERROR(IdOnce(act, once, make));
    return CurrentView(act.session(), act.org_id(), kKind, id);
  });
}

Status Connections::Delete(const Principal& principal, const std::string& id, DeleteMode mode,
                           std::optional<std::int64_t> expected_version) {
  const Intent intent{.operation = Operation::kDeleteConnection, .connection = id};
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     ReadForChange(act, kKind, id, expected_version));
    return DeleteRecord(act, stored, mode, intent);
  });
}

}  // namespace injector
