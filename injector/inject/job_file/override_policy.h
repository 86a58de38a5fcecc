#pragma once
// What a job may change in a connection that it names. A component's author says so in a YAML file
// of any content, under one key:
//
//   x-connection-fields:
//     - {name: host, override: allowed}       # `field:` is read as `name:`
//     - {name: password, override: forbidden}
//     - {name: headers, override: warning}
//     - port                                  # a plain name is allowed
//
// A field that is not listed is forbidden when it is secret, else allowed; so is every field where
// there is no policy.

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

class OverridePolicy {
 public:
  // From lenient to strict.
  enum class Rule { kAllowed, kWarning, kForbidden };

  // Nothing is listed.
  OverridePolicy() = default;
  // kInvalidArgument: "NAME:LINE:COLUMN: …". Other keys of the file are ignored.
  static Result<OverridePolicy> Parse(std::string_view text, const std::string& name);

  // For the field or leaf `path` of `connection`, in any spelling. Of several entries that mean it,
  // or something that it stands in, the strictest holds.
  Rule RuleFor(const Connection& connection, std::string_view path) const;

 private:
  struct Entry {
    std::string field;
    Rule rule;
  };
  std::vector<Entry> entries_;
};

struct OverriddenConnection {
  Connection connection;
  std::vector<std::string> warnings;  // one for each field whose rule says so
};

// `connection` with `fields` in the place of those that mean the same. Everything that is set, and
// everything that gives way to it, must be allowed: kPermissionDenied names connection and field.
Result<OverriddenConnection> OverrideFields(Connection connection, const std::vector<Field>& fields,
                                            const OverridePolicy& policy);

// `connection` with those of `fields` that it does not have, or has empty.
Connection WithDefaultFields(Connection connection, const std::vector<Field>& fields);

}  // namespace injector
