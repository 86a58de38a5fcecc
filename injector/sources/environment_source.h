#pragma once
// Connections and variables in the environment, which come before every other source:
//
//   PIPELINE_CONN_<TYPE>_<ALIAS>, then PIPELINE_CONN_<ALIAS>   an Airflow URI, or JSON
//   PIPELINE_VAR_<KEY>                                         a text
//
// Names in upper case, everything but letters and digits as `_`. JSON is what `injector connections
// set --json` takes; without a type the connection has the one it is asked for by, else generic. An
// empty variable counts as not set, since CI systems cannot unset one.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"
#include "injector/sources/source.h"

namespace injector {

class EnvironmentSource final : public Source {
 public:
  // NAME=value each, as environ(7); copies what is ours of it.
  explicit EnvironmentSource(std::span<const Secret> environment);

  std::string Description() const override { return "environment"; }

  // Errors of an item: kConflict when two names that are asked for fold to one variable that is
  // set, or a bare name is set for two types; kInvalidArgument names a variable that holds no
  // connection, or one of another type than asked for, and nothing of its value. What is optional
  // takes no variable that is another's, or of another type. Two variables' keys that fold to one
  // are an error as a whole. Warns of a connection of which nothing says the type.
  Result<SourceAnswer> Fetch(const FetchRequest& request) override;

  // Connections under the name that they answer to in lower case.
  Result<SourceListing> List() override;

  // The connection that overrides the one of this name; nullopt when none does.
  Result<std::optional<Connection>> Find(const ConnectionName& name) const;

 private:
  // A variable that is set, and the name that it was found by: "mysql.db", or "db" alone.
  struct Hit {
    std::string variable;
    std::string meant;
    std::string type;  // empty: whatever the value says
    std::string alias;
  };
  struct Text {
    Connection connection;
    bool says_type;  // the value, or the variable's name; else it is a generic one
  };
  // What the connections of one request were found by.
  struct Search {
    std::map<std::string, std::string> meanings;  // of each variable: "mysql.db"
    std::vector<std::string> warnings;
  };

  bool IsSet(const std::string& variable) const { return values_.contains(variable); }
  Result<std::optional<Hit>> Locate(const Reference& reference) const;
  std::optional<Hit> LocateFull(const std::string& type, const std::string& alias) const;
  Result<Text> Read(const Hit& hit) const;
  static Error OtherType(const Hit& hit, const std::string& type);
  Result<std::optional<Connection>> FindConnection(const Reference& reference, Presence presence,
                                                   Search& search) const;

  std::map<std::string, Secret> values_;  // by the variable's whole name
};

}  // namespace injector
