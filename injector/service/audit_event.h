#pragma once
// One entry of the audit log: who did what to what, and whether it happened. Names and ids only,
// never a value.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"
#include "injector/service/unix_time.h"

namespace injector {

struct AuditEvent {
  enum class Outcome { kDone, kRefused };

  std::string action;  // "connection.create"
  Outcome outcome = Outcome::kDone;
  std::string connection;    // id
  std::string name;          // "@type.alias" of that connection
  std::int64_t version = 0;  // of that connection, after the event
  std::string repo;          // "*": the whole org
  std::string token;         // id
  std::string grant;         // id
  std::string reason;        // of a refusal: ErrorCodeName(), or Error::reason()
  std::vector<std::pair<std::string, std::string>> details = {};
};

// An event in its place in an org's chain.
struct AuditRecord {
  std::string org_id;
  std::int64_t sequence = 0;
  TimePoint time;
  std::string actor;
  AuditEvent event;
};

// As people and programs read it: without the org.
Value AuditRecordToJson(const AuditRecord& record);
// One line of JSON without the newline: what the chain's MAC is over, and what an export holds.
std::string WriteAuditRecord(const AuditRecord& record);
// kDataLoss for what WriteAuditRecord() does not write.
Result<AuditRecord> ParseAuditRecord(std::string_view line);

}  // namespace injector
