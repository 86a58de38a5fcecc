#include "injector/sources/encrypted_file/file_source.h"

#include "injector/sources/encrypted_file/store.h"

namespace injector {
namespace {

// Whether `result` is an answer: an item, or that it is not here, or that it is not clear which.
template <typename T>
bool IsAnswer(const Result<T>& result) {
  return result.ok() || result.error().code() == ErrorCode::kNotFound ||
         result.error().code() == ErrorCode::kConflict;
}

}  // namespace

EncryptedFileSource::EncryptedFileSource(std::string path, std::optional<KeyText> key)
    : path_(std::move(path)), key_(std::move(key)) {}

std::string EncryptedFileSource::Description() const { return "file:" + path_; }

Result<SourceAnswer> EncryptedFileSource::Fetch(const FetchRequest& request) {
  ASSIGN_OR_RETURN(const Store store, Store::Open(path_, key_ ? &*key_ : nullptr));
  SourceAnswer answer;
  StoreListing listing = store.listing();
  answer.warnings = std::move(listing.warnings);
  for (ConnectionSummary& held : listing.connections) {
    answer.held_connections.push_back({std::move(held.name), held.is_default});
  }
  for (VariableSummary& held : listing.variables) {
    answer.held_variables.push_back(std::move(held.key));
  }
  for (const ConnectionRequest& wanted : request.connections) {
    Result<Connection> connection = store.Get(wanted.reference);
    if (!IsAnswer(connection)) return std::move(connection).error();
    answer.connections.push_back(std::move(connection));
  }
  for (const VariableRequest& wanted : request.variables) {
    Result<Variable> variable = store.GetVariable(wanted.key);
    if (!IsAnswer(variable)) return std::move(variable).error();
    answer.variables.push_back(std::move(variable));
  }
  return answer;
}

Result<SourceListing> EncryptedFileSource::List() {
  ASSIGN_OR_RETURN(const Store store, Store::Open(path_, key_ ? &*key_ : nullptr));
  StoreListing held = store.listing();
  SourceListing listing;
  listing.warnings = std::move(held.warnings);
  for (const ConnectionSummary& summary : held.connections) {
    ASSIGN_OR_RETURN(const Connection connection, store.Get(summary.name));
    listing.connections.push_back(ListingOf(connection));
  }
  for (const VariableSummary& summary : held.variables) {
    ASSIGN_OR_RETURN(const Variable variable, store.GetVariable(summary.key));
    listing.variables.push_back(ListingOf(variable));
  }
  return listing;
}

}  // namespace injector
