#include "injector/sources/encrypted_file/store.h"

#include <algorithm>
#include <cerrno>

#include "injector/base/file.h"
#include "injector/model/nearest_name.h"
#include "injector/sources/encrypted_file/store_contents.h"

namespace injector {
namespace {

Error NoVariable(std::string_view key, const std::vector<VariableRecord>& variables) {
  std::vector<std::string> keys;
  for (const VariableRecord& record : variables) keys.push_back(record.summary.key);
  Error error(ErrorCode::kNotFound, "no variable \"" + std::string(key) + '"');
  const std::string_view nearest = NearestName(key, keys);
  if (nearest.empty()) return error;
  return std::move(error).WithHint("did you mean " + std::string(nearest) + "?");
}

// The directory of a store may be missing with it.
Result<std::string> ResolveStorePath(const std::string& path) {
  Result<std::string> resolved = ResolveLinks(path);
  if (!resolved.ok() && resolved.error().errno_value() == ENOENT) return NoStore(path);
  return resolved;
}

}  // namespace

Result<StoreListing> ReadStoreListing(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string resolved, ResolveStorePath(path));
  ASSIGN_OR_RETURN(const Secret text, ReadStoreFile(resolved));
  const Result<Document> document = ParseDocument(text.Reveal());
  if (!document.ok()) return Error(document.error()).WithContext(resolved);
  return ListingOf(*document, resolved);
}

Store::Store(std::unique_ptr<StoreContents> contents) : contents_(std::move(contents)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::Open(const std::string& path, const KeyText* key) {
  ASSIGN_OR_RETURN(std::string resolved, ResolveStorePath(path));
  ASSIGN_OR_RETURN(StoreContents contents, StoreContents::Read(std::move(resolved), key));
  return Store(std::make_unique<StoreContents>(std::move(contents)));
}

const std::string& Store::path() const { return contents_->path(); }

StoreListing Store::listing() const { return ListingOf(contents_->document(), path()); }

Result<Connection> Store::Get(const ConnectionName& name) const {
  return Get(Reference{.type = name.type, .alias = name.alias});
}

Result<Connection> Store::Get(const Reference& reference) const {
  const std::vector<ConnectionRecord>& records = contents_->document().connections;
  std::vector<ConnectionEntry> entries;
  entries.reserve(records.size());
  for (const ConnectionRecord& record : records) {
    entries.push_back({.name = record.summary.name, .is_default = record.summary.is_default});
  }
  const Result<std::size_t> index = Resolve(reference, entries);
  if (index.ok()) return contents_->Open(records[*index]);
  Error error = index.error();
  // Not found here says nothing of this file; ambiguous does.
  return error.code() == ErrorCode::kNotFound ? error : std::move(error).WithContext(path());
}

Result<Variable> Store::GetVariable(std::string_view key) const {
  const std::vector<VariableRecord>& records = contents_->document().variables;
  const auto found =
      std::find_if(records.begin(), records.end(),
                   [&](const VariableRecord& record) { return record.summary.key == key; });
  if (found == records.end()) return NoVariable(key, records);
  return contents_->Open(*found);
}

}  // namespace injector
