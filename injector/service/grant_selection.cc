#include "injector/service/grant_selection.h"

#include <algorithm>
#include <map>
#include <utility>

#include "injector/service/grants.h"
#include "injector/service/repo_name.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

constexpr const char* kNotGrantedMessage =
    "not_granted: something that was asked for is not there for this caller";

}  // namespace

Error NotGranted() { return {ErrorCode::kPermissionDenied, kNotGrantedMessage}; }

bool IsNotGranted(const Error& error) {
  return error.code() == ErrorCode::kPermissionDenied && error.message() == kNotGrantedMessage;
}

Result<std::vector<AttachmentRow>> UsableBy(SqlSession& session, const Principal& principal,
                                            const std::string& repo) {
  std::map<std::string, AttachmentRow> usable;
  for (std::string_view owner : {std::string_view(repo), kWholeOrg}) {
    ASSIGN_OR_RETURN(std::vector<AttachmentRow> rows,
                     AttachmentsOf(session, principal.org_id, owner));
    for (AttachmentRow& row : rows) {
      if (IsInScope(principal, row.scope)) usable.try_emplace(row.connection_id, std::move(row));
    }
  }
  std::vector<AttachmentRow> rows;
  for (auto& [id, row] : usable) rows.push_back(std::move(row));
  return rows;
}

Status CheckGenuine(const Secret& attachment_key, const AttachmentRow& row) {
  ASSIGN_OR_RETURN(const bool genuine, IsGenuine(attachment_key, row));
  if (genuine) return {};
  return Error(ErrorCode::kDataLoss, "attachment of connection " + row.connection_id +
                                         ": the stored data was damaged or altered");
}

Selection::Selection(const std::vector<AttachmentRow>& usable) : usable_(usable) {
  for (const AttachmentRow& row : usable) {
    if (IsVariable(row.name)) continue;
    connections_.push_back(&row);
    entries_.push_back({.name = row.name, .is_default = row.is_default});
  }
}

Status Selection::Add(const ConnectionRequest& request) {
  const Result<std::size_t> index = Resolve(request.reference, entries_);
  if (index.ok()) {
    AddRow(*connections_[*index]);
    return {};
  }
  if (index.error().code() != ErrorCode::kNotFound) return index.error();
  // What Resolve() says of the names there are is not for everybody's eyes.
  if (request.presence == Presence::kRequired) return NotGranted();
  absent_.push_back(request.reference.ToString());
  return {};
}

Status Selection::Add(const VariableRequest& request) {
  const ConnectionName name = VariableName(request.key);
  const auto row =
      std::find_if(usable_.begin(), usable_.end(),
                   [&](const AttachmentRow& candidate) { return candidate.name == name; });
  if (row != usable_.end()) {
    AddRow(*row);
    return {};
  }
  if (request.presence == Presence::kRequired) return NotGranted();
  absent_variables_.push_back(request.key);
  return {};
}

void Selection::AddAll() {
  for (const AttachmentRow& row : usable_) AddRow(row);
}

void Selection::AddRow(const AttachmentRow& row) {
  if (std::find(rows_.begin(), rows_.end(), &row) == rows_.end()) rows_.push_back(&row);
}

std::size_t Selection::connection_count() const {
  return static_cast<std::size_t>(std::count_if(
      rows_.begin(), rows_.end(), [](const AttachmentRow* row) { return !IsVariable(row->name); }));
}

}  // namespace injector
