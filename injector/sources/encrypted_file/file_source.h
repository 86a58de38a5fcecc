#pragma once
// An encrypted file store as a source of connections for jobs.

#include <optional>
#include <string>

#include "injector/crypto/key.h"
#include "injector/sources/source.h"

namespace injector {

class EncryptedFileSource final : public Source {
 public:
  // Reads nothing yet. `key`: as in Store::Open(); machine and plaintext stores take none.
  EncryptedFileSource(std::string path, std::optional<KeyText> key);

  std::string Description() const override;
  // Opens the file anew on every call, and decrypts just what is asked for.
  Result<SourceAnswer> Fetch(const FetchRequest& request) override;
  Result<SourceListing> List() override;

 private:
  std::string path_;
  std::optional<KeyText> key_;
};

}  // namespace injector
