#include "injector/sources/encrypted_file/store_contents.h"

#include <sys/stat.h>

#include <cerrno>

#include "injector/base/base64.h"
#include "injector/base/file.h"
#include "injector/sources/encrypted_file/entry_body.h"
#include "injector/sources/encrypted_file/format.h"

namespace injector {
namespace {

// The sentences that StoreListing::warnings promises.
std::vector<std::string> WarningsOf(StoreMode mode, const std::string& path) {
  switch (mode) {
    case StoreMode::kPlaintext:
      return {path + " is NOT ENCRYPTED: whoever can read the file can read every secret in it"};
    case StoreMode::kMachine:
      return {path +
              " has a key made from this machine's name and this user: it protects nothing from "
              "others on this machine, and a recreated container loses it"};
    case StoreMode::kRaw:
    case StoreMode::kPassphrase:
      return {};
  }
  return {};
}

bool OthersCanWrite(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0;
}

VariableSummary WithReadableBody(const VariableRecord& record) {
  VariableSummary summary = record.summary;
  const auto* open = std::get_if<Value>(&record.body);
  if (summary.is_secret || open == nullptr) return summary;
  const Result<Variable> variable = DecodeBody(summary, *open);
  if (!variable.ok()) return summary;
  summary.value = variable->value.Reveal();
  summary.description = variable->description;
  return summary;
}

}  // namespace

Error NoStore(const std::string& path) {
  return Error::FromErrno(ENOENT, "open " + path)
      .WithHint("`injector connections set` makes a store with its first connection");
}

Result<Secret> ReadStoreFile(const std::string& path) {
  Result<Secret> text = ReadRegularFile(path, store_format::kMaxFileSize);
  if (!text.ok() && text.error().errno_value() == ENOENT) return NoStore(path);
  return text;
}

StoreListing ListingOf(const Document& document, const std::string& path) {
  StoreListing listing{.mode = document.key.mode,
                       .fingerprint = document.key.fingerprint,
                       .connections = {},
                       .variables = {},
                       .warnings = WarningsOf(document.key.mode, path)};
  if (OthersCanWrite(path)) {
    listing.warnings.push_back("every user of this machine may write " + path + ": chmod o-w " +
                               path);
  }
  for (const ConnectionRecord& record : document.connections) {
    listing.connections.push_back(record.summary);
  }
  for (const VariableRecord& record : document.variables) {
    listing.variables.push_back(WithReadableBody(record));
  }
  return listing;
}

Result<StoreContents> StoreContents::Read(std::string path, const KeyText* key) {
  ASSIGN_OR_RETURN(const Secret text, ReadStoreFile(path));
  Result<Document> document = ParseDocument(text.Reveal());
  if (!document.ok()) return std::move(document).error().WithContext(path);
  Result<StoreKeys> keys = StoreKeys::Unlock(document->key, key);
  if (!keys.ok()) return std::move(keys).error().WithContext(path);
  StoreContents contents(std::move(path), *std::move(document), *std::move(keys));
  RETURN_IF_ERROR(contents.Verify(text.Reveal()));
  return contents;
}

Result<StoreContents> StoreContents::Empty(std::string path, const Protection& protection) {
  ASSIGN_OR_RETURN(NewKeys made, MakeKeys(protection));
  Document document;
  document.key = std::move(made.section);
  return StoreContents(std::move(path), std::move(document), std::move(made.keys));
}

Status StoreContents::Verify(std::string_view text) const {
  constexpr std::size_t kTrailerSize =
      store_format::kMacPrefix.size() + store_format::kMacDigits + store_format::kMacSuffix.size();
  const Error damaged = DamagedStore().WithContext(path_);
  if (text.size() < kTrailerSize) return damaged;
  const std::string_view covered = text.substr(0, text.size() - kTrailerSize);
  const std::string_view trailer = text.substr(covered.size());
  ASSIGN_OR_RETURN(const Secret mac, keys_.Mac(covered));
  // Compared as text, so that each byte of the trailer counts.
  const Secret expected = Secret::Concat(
      {store_format::kMacPrefix, Base64Encode(mac.Reveal()).Reveal(), store_format::kMacSuffix});
  if (!Secret::ConstantTimeEquals(expected.Reveal(), trailer)) return damaged;
  return {};
}

Result<Secret> StoreContents::Serialise() const {
  const Secret covered = WriteDocument(document_);
  ASSIGN_OR_RETURN(const Secret mac, keys_.Mac(covered.Reveal()));
  Secret text = Secret::Concat({covered.Reveal(), store_format::kMacPrefix,
                                Base64Encode(mac.Reveal()).Reveal(), store_format::kMacSuffix});
  if (text.size() > store_format::kMaxFileSize) {
    return Error(ErrorCode::kInvalidArgument, path_ + ": the store would be larger than " +
                                                  std::to_string(store_format::kMaxFileSize) +
                                                  " bytes");
  }
  return text;
}

Result<ConnectionRecord> StoreContents::Seal(ConnectionSummary summary,
                                             const Connection& connection) const {
  ASSIGN_OR_RETURN(Value body, EncodeBody(connection));
  ASSIGN_OR_RETURN(EntryBody sealed, keys_.Seal(std::move(body), AssociatedData(summary)));
  return ConnectionRecord{.summary = std::move(summary), .body = std::move(sealed)};
}

Result<VariableRecord> StoreContents::Seal(VariableSummary summary,
                                           const Variable& variable) const {
  ASSIGN_OR_RETURN(Value body, EncodeBody(variable));
  if (!summary.is_secret) {
    return VariableRecord{.summary = std::move(summary), .body = std::move(body)};
  }
  ASSIGN_OR_RETURN(EntryBody sealed, keys_.Seal(std::move(body), AssociatedData(summary)));
  return VariableRecord{.summary = std::move(summary), .body = std::move(sealed)};
}

template <typename Entry, typename Record>
Result<Entry> StoreContents::OpenAs(const Record& record) const {
  Result<Value> body = keys_.Open(record.body, AssociatedData(record.summary));
  if (!body.ok()) return std::move(body).error().WithContext(path_);
  Result<Entry> entry = DecodeBody(record.summary, *body);
  if (!entry.ok()) return std::move(entry).error().WithContext(path_);
  return entry;
}

Result<Connection> StoreContents::Open(const ConnectionRecord& record) const {
  return OpenAs<Connection>(record);
}

Result<Variable> StoreContents::Open(const VariableRecord& record) const {
  return OpenAs<Variable>(record);
}

Result<StoreContents> StoreContents::Rekeyed(const Protection& protection) const {
  ASSIGN_OR_RETURN(StoreContents rekeyed, Empty(path_, protection));
  for (const ConnectionRecord& record : document_.connections) {
    ASSIGN_OR_RETURN(const Connection connection, Open(record));
    ASSIGN_OR_RETURN(ConnectionRecord sealed, rekeyed.Seal(record.summary, connection));
    rekeyed.document_.connections.push_back(std::move(sealed));
  }
  for (const VariableRecord& record : document_.variables) {
    ASSIGN_OR_RETURN(const Variable variable, Open(record));
    ASSIGN_OR_RETURN(VariableRecord sealed, rekeyed.Seal(record.summary, variable));
    rekeyed.document_.variables.push_back(std::move(sealed));
  }
  return rekeyed;
}

}  // namespace injector
