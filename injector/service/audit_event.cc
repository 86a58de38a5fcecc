#include "injector/service/audit_event.h"

#include "injector/base/clock.h"
#include "injector/model/json.h"

namespace injector {
namespace {

constexpr std::string_view kDone = "done";
constexpr std::string_view kRefused = "refused";

class MemberList {
 public:
  void Add(std::string name, std::string_view text) {
    members_.push_back({std::move(name), Value::String(text)});
  }
  void AddUnlessEmpty(std::string name, std::string_view text) {
    if (!text.empty()) Add(std::move(name), text);
  }
  void Add(std::string name, std::int64_t number) {
    members_.push_back({std::move(name), Value::Number(number)});
  }
  void Add(std::string name, Value value) {
    members_.push_back({std::move(name), std::move(value)});
  }
  Value Build() && { return Value::Map(std::move(members_)); }

 private:
  std::vector<Value::Member> members_;
};

Value DetailsOf(const AuditEvent& event) {
  MemberList details;
  for (const auto& [name, text] : event.details) details.Add(name, text);
  return std::move(details).Build();
}

// What both shapes have, in this order.
void AddTo(MemberList& members, const AuditRecord& record) {
  const AuditEvent& event = record.event;
  members.Add("time", FormatRfc3339(record.time));
  members.Add("actor", record.actor);
  members.Add("action", event.action);
  members.Add("outcome", event.outcome == AuditEvent::Outcome::kDone ? kDone : kRefused);
  members.AddUnlessEmpty("connection", event.connection);
  members.AddUnlessEmpty("name", event.name);
  if (event.version != 0) members.Add("version", event.version);
  members.AddUnlessEmpty("repo", event.repo);
  members.AddUnlessEmpty("token", event.token);
  members.AddUnlessEmpty("grant", event.grant);
  members.AddUnlessEmpty("reason", event.reason);
  if (!event.details.empty()) members.Add("details", DetailsOf(event));
}

std::string TextOf(const Value& json, std::string_view name) {
  const Value* value = json.Find(name);
  if (value == nullptr || value->kind() != Value::Kind::kString) return {};
  return std::string(value->string().Reveal());
}

std::int64_t NumberOf(const Value& json, std::string_view name) {
  const Value* value = json.Find(name);
  if (value == nullptr || value->kind() != Value::Kind::kNumber) return 0;
  return std::strtoll(value->number_text().c_str(), nullptr, 10);
}

}  // namespace

Value AuditRecordToJson(const AuditRecord& record) {
  MemberList members;
  members.Add("sequence", record.sequence);
  AddTo(members, record);
  return std::move(members).Build();
}

std::string WriteAuditRecord(const AuditRecord& record) {
  MemberList members;
  members.Add("org", record.org_id);
  members.Add("sequence", record.sequence);
  members.Add("at", ToUnixSeconds(record.time));
  AddTo(members, record);
  return std::string(WriteJson(std::move(members).Build()).Reveal());
}

Result<AuditRecord> ParseAuditRecord(std::string_view line) {
  const Error damaged(ErrorCode::kDataLoss, "audit event: not one of ours");
  const Result<Value> json = ParseJson(line);
  if (!json.ok()) return damaged;
  const std::string outcome = TextOf(*json, "outcome");
  AuditRecord record{.org_id = TextOf(*json, "org"),
                     .sequence = NumberOf(*json, "sequence"),
                     .time = FromUnixSeconds(NumberOf(*json, "at")),
                     .actor = TextOf(*json, "actor"),
                     .event = {.action = TextOf(*json, "action"),
                               .outcome = outcome == kDone ? AuditEvent::Outcome::kDone
                                                           : AuditEvent::Outcome::kRefused,
                               .connection = TextOf(*json, "connection"),
                               .name = TextOf(*json, "name"),
                               .version = NumberOf(*json, "version"),
                               .repo = TextOf(*json, "repo"),
                               .token = TextOf(*json, "token"),
                               .grant = TextOf(*json, "grant"),
                               .reason = TextOf(*json, "reason")}};
  if (const Value* details = json->Find("details")) {
    for (const Value::Member& member : details->members()) {
      record.event.details.emplace_back(member.name, TextOf(*details, member.name));
    }
  }
  // What is not read above would be missing now.
  if (WriteAuditRecord(record) != line) return damaged;
  return record;
}

}  // namespace injector
