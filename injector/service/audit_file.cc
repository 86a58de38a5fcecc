#include "injector/service/audit_file.h"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/model/json.h"
#include "injector/service/chain_check.h"
#include "injector/service/stored_envelope.h"

namespace injector {
namespace {

constexpr std::string_view kMacMember = ",\"mac\":\"";
constexpr std::size_t kMacDigits = 64;
constexpr std::string_view kLineEnd = "\"}";

class Members {
 public:
  Members& Add(std::string name, std::string_view text) {
    members_.push_back({std::move(name), Value::String(text)});
    return *this;
  }
  Members& Add(std::string name, std::int64_t number) {
    members_.push_back({std::move(name), Value::Number(number)});
    return *this;
  }
  Members& Add(std::string name, Members inner) {
    members_.push_back({std::move(name), Value::Map(std::move(inner.members_))});
    return *this;
  }
  std::string Write() && {
    return std::string(WriteJson(Value::Map(std::move(members_))).Reveal());
  }

 private:
  std::vector<Value::Member> members_;
};

std::string TextAt(const Value* json, std::string_view name) {
  const Value* value = json == nullptr ? nullptr : json->Find(name);
  const bool is_text = value != nullptr && value->kind() == Value::Kind::kString;
  return is_text ? std::string(value->string().Reveal()) : "";
}

std::int64_t NumberAt(const Value* json, std::string_view name) {
  const Value* value = json == nullptr ? nullptr : json->Find(name);
  if (value == nullptr || value->kind() != Value::Kind::kNumber) return -1;
  const std::string& text = value->number_text();
  std::int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string Bytes(const std::string& base64) {
  const auto decoded = Base64Decode(base64);
  return decoded ? std::string(decoded->Reveal()) : "";
}

Result<std::string> HeaderMac(const Secret& audit_key, const std::string& org_id,
                              const ChainHead& after) {
  ASSIGN_OR_RETURN(
      const Secret mac,
      HmacSha256(audit_key, LengthPrefixed({"audit export", org_id, std::to_string(after.sequence),
                                            after.mac})));
  return HexEncode(mac.Reveal());
}

// The event of a line as it was stored; the columns are those that its body makes. A line of
// another form gives an event that no link holds for.
StoredEvent EventOfLine(std::string_view line) {
  StoredEvent event;
  constexpr std::size_t kTail = kMacMember.size() + kMacDigits + kLineEnd.size();
  if (line.size() < kTail) return event;
  const std::string_view tail = line.substr(line.size() - kTail);
  event.body = std::string(line.substr(0, line.size() - kTail)) + "}";
  event.mac = tail.substr(kMacMember.size(), kMacDigits);
  const Result<AuditRecord> record = ParseAuditRecord(event.body);
  if (!record.ok() || line != WriteAuditLine(event)) return {};
  event.sequence = record->sequence;
  event.at = ToUnixSeconds(record->time);
  event.actor = record->actor;
  event.action = record->event.action;
  event.connection = record->event.connection;
  event.repo = record->event.repo;
  return event;
}

}  // namespace

Result<AuditFileHeader> MakeAuditFileHeader(const Secret& audit_key, std::string org_id,
                                            ChainHead after, Envelope org_key) {
  ASSIGN_OR_RETURN(std::string mac, HeaderMac(audit_key, org_id, after));
  return AuditFileHeader{.org_id = std::move(org_id),
                         .after = std::move(after),
                         .org_key = std::move(org_key),
                         .mac = std::move(mac)};
}

std::string WriteAuditFileHeader(const AuditFileHeader& header) {
  Members after;
  after.Add("sequence", header.after.sequence).Add("mac", header.after.mac);
  Members key;
  key.Add("keyId", header.org_key.key_id).Add("dataKeyId", header.org_key.data_key_id);
  key.Add("wrappedKey", EncodeColumn(header.org_key.wrapped_key));
  key.Add("ciphertext", EncodeColumn(header.org_key.ciphertext));
  Members all;
  all.Add("auditExport", std::int64_t{1}).Add("org", header.org_id);
  all.Add("after", std::move(after)).Add("orgKey", std::move(key)).Add("mac", header.mac);
  return std::move(all).Write();
}

Result<AuditFileHeader> ParseAuditFileHeader(std::string_view line) {
  const Error wrong(ErrorCode::kInvalidArgument, "no file of exported events");
  const Result<Value> json = ParseJson(line);
  if (!json.ok() || json->kind() != Value::Kind::kMap) return wrong;
  const Value* after = json->Find("after");
  const Value* key = json->Find("orgKey");
  AuditFileHeader header{
      .org_id = TextAt(&*json, "org"),
      .after = {.sequence = NumberAt(after, "sequence"), .mac = TextAt(after, "mac")},
      .org_key = {.key_id = TextAt(key, "keyId"),
                  .data_key_id = TextAt(key, "dataKeyId"),
                  .wrapped_key = Bytes(TextAt(key, "wrappedKey")),
                  .ciphertext = Bytes(TextAt(key, "ciphertext"))},
      .mac = TextAt(&*json, "mac")};
  if (WriteAuditFileHeader(header) != line) return wrong;
  return header;
}

std::string WriteAuditLine(const StoredEvent& event) {
  // Without its closing brace.
  std::string line = event.body.substr(0, event.body.empty() ? 0 : event.body.size() - 1);
  line.append(kMacMember).append(event.mac).append(kLineEnd);
  return line;
}

Result<AuditReport> VerifyAuditFile(const AuditFileHeader& header, const Secret& audit_key,
                                    const NextLine& next, const std::optional<ChainHead>& known) {
  ChainCheck chain(audit_key, header.org_id, header.after, known);
  std::string line;
  while (chain.finding().empty() && next(line)) RETURN_IF_ERROR(chain.Follow(EventOfLine(line)));
  AuditReport report{.events = chain.last().sequence - header.after.sequence,
                     .head = chain.last(),
                     .anchor = header.after,
                     .findings = {}};
  ASSIGN_OR_RETURN(const std::string mac, HeaderMac(audit_key, header.org_id, header.after));
  if (header.mac != mac) {
    report.findings.emplace_back("its first line was altered: events before it may be cut off");
  }
  std::string finding = chain.Finish(chain.last());
  if (finding.empty() && report.events == 0) finding = "there are no events in it";
  if (!finding.empty()) report.findings.push_back(std::move(finding));
  return report;
}

}  // namespace injector
