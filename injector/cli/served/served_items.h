#pragma once
// What a credential service answers, as the commands show it. Strict about what a connection or a
// variable is; members that are not known are passed over, for services may be newer.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"
#include "injector/sources/source.h"

namespace injector {

// A connection as the service shows it: without its secrets.
struct ServedConnection {
  std::string id;
  ListedConnection shown;
  std::vector<std::string> no_scrub;
  std::string changed_by;  // of this version
  std::string changed_at;  // RFC 3339
};

// A variable, without its value when it is secret, and when it was changed last (RFC 3339).
struct DatedVariable {
  Variable variable;
  std::string changed_at;
};

// Both: kDataLoss for what a service does not answer.
Result<ServedConnection> ParseServedConnection(const Value& json);
Result<DatedVariable> ParseServedVariable(const Value& json);

// For Resolve().
std::vector<ConnectionEntry> EntriesOf(const std::vector<ServedConnection>& connections);

// The member of that name; empty when it is absent or no text.
std::string TextMember(const Value& json, std::string_view name);
// Its items; empty when it is absent or no list of texts.
std::vector<std::string> TextsMember(const Value& json, std::string_view name);
// false when it is absent or something else.
bool BoolMember(const Value& json, std::string_view name);

// The members of these names, in this order; without those that are absent or null.
Value Picked(const Value& json, std::initializer_list<std::string_view> names);

Value TextList(const std::vector<std::string>& texts);

}  // namespace injector
