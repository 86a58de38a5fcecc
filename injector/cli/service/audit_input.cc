#include "injector/cli/service/audit_input.h"

#include <cerrno>
#include <utility>

namespace injector {

Result<AuditInput> AuditInput::Open(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) return Error::FromErrno(errno, path);
  AuditInput input(path, std::move(stream));
  std::string line;
  std::getline(input.stream_, line);
  Result<AuditFileHeader> header = ParseAuditFileHeader(line);
  if (!header.ok()) return std::move(header).error().WithContext(path);
  input.header_ = *std::move(header);
  return input;
}

Result<AuditReport> AuditInput::Verify(const Secret& audit_key,
                                       const std::optional<ChainHead>& known) {
  const auto next = [this](std::string& line) {
    return static_cast<bool>(std::getline(stream_, line));
  };
  ASSIGN_OR_RETURN(AuditReport report, VerifyAuditFile(header_, audit_key, next, known));
  if (stream_.bad()) return Error::FromErrno(errno, path_);
  return report;
}

}  // namespace injector
