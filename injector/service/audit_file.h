#pragma once
// A file of exported events: a line that says where in the chain they stand, and whose key they
// hang on; then one line for each event. Whoever has the master key can verify it without the
// database: the org's key is in it, wrapped. The first line is under a MAC of that key as well, or
// the file's beginning could be cut off and the first line be made to say so.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/crypto/envelope.h"
#include "injector/service/audit_chain.h"
#include "injector/service/audit_log.h"
#include "injector/service/audit_verify.h"

namespace injector {

struct AuditFileHeader {
  std::string org_id;
  ChainHead after;   // the link that the first event hangs on
  Envelope org_key;  // see org_keys.h
  std::string mac;   // hex, of `org_id` and `after`
};

// A header with its MAC. Errors are those of the crypto library.
Result<AuditFileHeader> MakeAuditFileHeader(const Secret& audit_key, std::string org_id,
                                            ChainHead after, Envelope org_key);

std::string WriteAuditFileHeader(const AuditFileHeader& header);
// kInvalidArgument for what WriteAuditFileHeader() does not write.
Result<AuditFileHeader> ParseAuditFileHeader(std::string_view line);

// One event, without newline: its JSON with a last member "mac".
std::string WriteAuditLine(const StoredEvent& event);

// Takes the lines after the header one by one.
using NextLine = std::function<bool(std::string& line)>;
// As VerifyAudit(), for the events of a file. That events before its first are in another file
// shows in AuditReport::anchor; that none is missing at its end shows only with `known`, the link
// that it ended with. A header that was altered is a finding, and so is a file without events.
Result<AuditReport> VerifyAuditFile(const AuditFileHeader& header, const Secret& audit_key,
                                    const NextLine& next,
                                    const std::optional<ChainHead>& known = {});

}  // namespace injector
