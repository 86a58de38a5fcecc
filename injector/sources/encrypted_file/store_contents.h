#pragma once
// A store in memory with its keys: what Store reads and StoreEditor changes.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/crypto/key.h"
#include "injector/model/connection.h"
#include "injector/sources/encrypted_file/document.h"
#include "injector/sources/encrypted_file/protection.h"
#include "injector/sources/encrypted_file/store_keys.h"

namespace injector {

class StoreContents {
 public:
  // Reads the file at `path` (links resolved) and verifies it. Errors as Store::Open().
  static Result<StoreContents> Read(std::string path, const KeyText* key);
  static Result<StoreContents> Empty(std::string path, const Protection& protection);

  const std::string& path() const { return path_; }
  const Document& document() const { return document_; }
  Document& document() { return document_; }

  Result<ConnectionRecord> Seal(ConnectionSummary summary, const Connection& connection) const;
  Result<VariableRecord> Seal(VariableSummary summary, const Variable& variable) const;
  Result<Connection> Open(const ConnectionRecord& record) const;
  Result<Variable> Open(const VariableRecord& record) const;

  // The same entries under new keys.
  Result<StoreContents> Rekeyed(const Protection& protection) const;

  // The text of the file, MAC included.
  Result<Secret> Serialise() const;

 private:
  StoreContents(std::string path, Document document, StoreKeys keys)
      : path_(std::move(path)), document_(std::move(document)), keys_(std::move(keys)) {}
  Status Verify(std::string_view text) const;

  std::string path_;
  Document document_;
  StoreKeys keys_;
};

// What can be read of a document without its keys.
StoreListing ListingOf(const Document& document, const std::string& path);

// kNotFound, with what makes a store.
Error NoStore(const std::string& path);

// The text of the file at `path`.
Result<Secret> ReadStoreFile(const std::string& path);

}  // namespace injector
