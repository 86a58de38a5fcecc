#include "injector/sources/encrypted_file/store_editor.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

#include "injector/base/file.h"
#include "injector/model/connection_json.h"
#include "injector/sources/encrypted_file/store_contents.h"

namespace injector {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;

// Only "no such file" is a no: a store that cannot be looked at must not be made anew.
Result<bool> Exists(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return true;
  if (errno == ENOENT) return false;
  return Error::FromErrno(errno, "open " + path);
}

Result<FileLock> Lock(const std::string& resolved_path) {
  return FileLock::Acquire(resolved_path + ".lock");
}

auto SortKey(const ConnectionName& name) { return std::tie(name.type, name.alias); }

// The place of `name` in the sorted records, whether it is there or not.
auto Find(std::vector<ConnectionRecord>& records, const ConnectionName& name) {
  return std::lower_bound(records.begin(), records.end(), name,
                          [](const ConnectionRecord& record, const ConnectionName& wanted) {
                            return SortKey(record.summary.name) < SortKey(wanted);
                          });
}

auto Find(std::vector<VariableRecord>& records, std::string_view key) {
  return std::lower_bound(records.begin(), records.end(), key,
                          [](const VariableRecord& record, std::string_view wanted) {
                            return record.summary.key < wanted;
                          });
}

bool Holds(const std::vector<ConnectionRecord>& records,
           std::vector<ConnectionRecord>::iterator place, const ConnectionName& name) {
  return place != records.end() && place->summary.name == name;
}

bool Holds(const std::vector<VariableRecord>& records, std::vector<VariableRecord>::iterator place,
           std::string_view key) {
  return place != records.end() && place->summary.key == key;
}

Status CheckAliasIsFree(const ConnectionName& name, const std::vector<ConnectionRecord>& records) {
  for (const ConnectionRecord& record : records) {
    const ConnectionName& other = record.summary.name;
    if (other.alias == name.alias && other.type != name.type) {
      return Error(ErrorCode::kAlreadyExists,
                   name.Full() + ": the name is taken by " + other.Full())
          .WithHint("choose another name, or delete " + other.Full() + " first");
    }
  }
  return {};
}

Status Check(const Connection& connection) {
  Status status = CheckConnection(connection);
  if (status.ok()) return status;
  return std::move(status).error().WithContext(connection.name.Full());
}

// Takes the default flag from whichever connection of `keeper`'s type has it.
Result<std::optional<ConnectionName>> UnflagOthers(const ConnectionName& keeper,
                                                   const std::string& now,
                                                   StoreContents& contents) {
  for (ConnectionRecord& record : contents.document().connections) {
    const ConnectionSummary& old = record.summary;
    if (!old.is_default || old.name.type != keeper.type || old.name == keeper) continue;
    // The flag is bound to the ciphertext, so that goes with it.
    ASSIGN_OR_RETURN(const Connection connection, contents.Open(record));
    ConnectionSummary summary = old;
    summary.is_default = false;
    summary.version += 1;
    summary.updated_at = now;
    ASSIGN_OR_RETURN(record, contents.Seal(std::move(summary), connection));
    return std::optional<ConnectionName>(record.summary.name);
  }
  return std::optional<ConnectionName>();
}

}  // namespace

Result<StoreEditor> StoreEditor::Open(const std::string& path, const KeyText* key,
                                      const Clock& clock) {
  ASSIGN_OR_RETURN(const std::string resolved, ResolveLinks(path));
  // Before the lock: where there is no store, no lock file should appear either.
  ASSIGN_OR_RETURN(const bool exists, Exists(resolved));
  if (!exists) return NoStore(resolved);
  ASSIGN_OR_RETURN(FileLock lock, Lock(resolved));
  ASSIGN_OR_RETURN(Store store, Store::Open(resolved, key));
  return StoreEditor(std::move(lock), std::move(store), clock);
}

Result<StoreEditor> StoreEditor::OpenOrCreate(const std::string& path, const Protection& protection,
                                              const Clock& clock) {
  RETURN_IF_ERROR(MakeDirectoryOf(path, kDirectoryMode));
  ASSIGN_OR_RETURN(const std::string resolved, ResolveLinks(path));
  ASSIGN_OR_RETURN(FileLock lock, Lock(resolved));
  ASSIGN_OR_RETURN(const bool exists, Exists(resolved));
  if (exists) {
    ASSIGN_OR_RETURN(Store store, Store::Open(resolved, protection.key()));
    return StoreEditor(std::move(lock), std::move(store), clock);
  }
  ASSIGN_OR_RETURN(StoreContents contents, StoreContents::Empty(resolved, protection));
  return StoreEditor(std::move(lock), Store(std::make_unique<StoreContents>(std::move(contents))),
                     clock);
}

Result<PutOutcome> StoreEditor::Put(const Connection& connection) {
  StoreContents& contents = *store_.contents_;
  std::vector<ConnectionRecord>& records = contents.document().connections;
  RETURN_IF_ERROR(CheckAliasIsFree(connection.name, records));
  const std::string now = FormatRfc3339(clock_->Now());
  const auto place = Find(records, connection.name);
  const bool replaces = Holds(records, place, connection.name);
  ConnectionSummary summary{.name = connection.name,
                            .is_default = connection.is_default,
                            .version = replaces ? place->summary.version + 1 : 1,
                            .created_at = replaces ? place->summary.created_at : now,
                            .updated_at = now};
  PutOutcome outcome{.version = summary.version, .former_default = {}};
  ASSIGN_OR_RETURN(ConnectionRecord record, contents.Seal(std::move(summary), connection));
  // After Seal(), which bounds the depth of values: what follows walks them recursively.
  RETURN_IF_ERROR(Check(connection));
  if (connection.is_default) {
    ASSIGN_OR_RETURN(outcome.former_default, UnflagOthers(connection.name, now, contents));
  }
  if (replaces) {
    *place = std::move(record);
  } else {
    records.insert(place, std::move(record));
  }
  return outcome;
}

Status StoreEditor::Delete(const ConnectionName& name) {
  std::vector<ConnectionRecord>& records = store_.contents_->document().connections;
  const auto place = Find(records, name);
  // Looked up again only for its error, which names what there is.
  if (!Holds(records, place, name)) return store_.Get(name).error();
  records.erase(place);
  return {};
}

Result<std::uint64_t> StoreEditor::PutVariable(const Variable& variable) {
  StoreContents& contents = *store_.contents_;
  std::vector<VariableRecord>& records = contents.document().variables;
  const std::string now = FormatRfc3339(clock_->Now());
  const auto place = Find(records, variable.key);
  const bool replaces = Holds(records, place, variable.key);
  VariableSummary summary{.key = variable.key,
                          .is_secret = variable.is_secret,
                          .version = replaces ? place->summary.version + 1 : 1,
                          .created_at = replaces ? place->summary.created_at : now,
                          .updated_at = now,
                          .value = {},
                          .description = {}};
  const std::uint64_t version = summary.version;
  ASSIGN_OR_RETURN(VariableRecord record, contents.Seal(std::move(summary), variable));
  if (replaces) {
    *place = std::move(record);
  } else {
    records.insert(place, std::move(record));
  }
  return version;
}

Status StoreEditor::DeleteVariable(std::string_view key) {
  std::vector<VariableRecord>& records = store_.contents_->document().variables;
  const auto place = Find(records, key);
  if (!Holds(records, place, key)) return store_.GetVariable(key).error();
  records.erase(place);
  return {};
}

Status StoreEditor::Rekey(const Protection& protection) {
  ASSIGN_OR_RETURN(*store_.contents_, store_.contents_->Rekeyed(protection));
  return {};
}

Status StoreEditor::Save() {
  const StoreContents& contents = *store_.contents_;
  ASSIGN_OR_RETURN(const Secret text, contents.Serialise());
  // The lock is ours: whatever lies beside the file was left by a writer that is no more.
  RETURN_IF_ERROR(RemoveLeftovers(contents.path()));
  return ReplaceFile(contents.path(), text.Reveal(), kFileMode);
}

}  // namespace injector
