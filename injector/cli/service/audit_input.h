#pragma once
// A file of exported events, read line by line.

#include <fstream>
#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/service/audit_file.h"

namespace injector {

class AuditInput {
 public:
  // Reads the header. kNotFound; kInvalidArgument for another kind of file.
  static Result<AuditInput> Open(const std::string& path);

  const AuditFileHeader& header() const { return header_; }
  // VerifyAuditFile() for what follows. To be called once.
  Result<AuditReport> Verify(const Secret& audit_key, const std::optional<ChainHead>& known = {});

 private:
  AuditInput(std::string path, std::ifstream stream)
      : path_(std::move(path)), stream_(std::move(stream)) {}

  std::string path_;
  std::ifstream stream_;
  AuditFileHeader header_;
};

}  // namespace injector
