#include "injector/exchange/env_bundle.h"

#include <algorithm>
#include <map>
#include <optional>

#include "injector/base/ascii.h"
#include "injector/base/variable_name.h"
#include "injector/exchange/bundle_json.h"
#include "injector/model/airflow_uri.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

constexpr std::string_view kConnectionPrefixes[] = {"AIRFLOW_CONN_", "PIPELINE_CONN_"};
constexpr std::string_view kVariablePrefixes[] = {"AIRFLOW_VAR_", "PIPELINE_VAR_"};

// What follows one of `prefixes`, in lower case.
template <std::size_t N>
std::optional<std::string> AfterPrefix(const std::string_view (&prefixes)[N],
                                       std::string_view name) {
  for (const std::string_view prefix : prefixes) {
    if (name.starts_with(prefix)) return ToAsciiLower(name.substr(prefix.size()));
  }
  return std::nullopt;
}

// 'it'\''s' means it's; nullopt for anything that is not of that form to its end.
std::optional<Secret> Unquoted(std::string_view text) {
  SecretBuilder plain;
  while (!text.empty()) {
    if (text.starts_with("\\'")) {
      plain.Append('\'');
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find('\'', 1);
    if (text.front() != '\'' || end == std::string_view::npos) return std::nullopt;
    plain.Append(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
  }
  return std::move(plain).Build();
}

Error BadLine(std::size_t line, std::string_view problem) {
  return Error(ErrorCode::kInvalidArgument,
               "line " + std::to_string(line) + ": " + std::string(problem));
}

Result<std::optional<EnvEntry>> ParseLine(std::string_view line, std::size_t number) {
  line = StripAsciiSpace(line);
  if (line.empty() || line.front() == '#') return std::optional<EnvEntry>();
  if (line.starts_with("export ")) line = StripAsciiSpace(line.substr(7));
  const std::size_t equals = line.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    return BadLine(number, "expected NAME=VALUE");
  }
  EnvEntry entry{std::string(StripAsciiSpace(line.substr(0, equals))), {}};
  const std::string_view value = StripAsciiSpace(line.substr(equals + 1));
  if (!value.starts_with('\'')) {
    entry.value = Secret::CopyOf(value);
    return std::optional<EnvEntry>(std::move(entry));
  }
  std::optional<Secret> unquoted = Unquoted(value);
  if (!unquoted) return BadLine(number, "a quote is not closed");
  entry.value = *std::move(unquoted);
  return std::optional<EnvEntry>(std::move(entry));
}

Result<Connection> ReadConnection(std::string alias, const Secret& text) {
  Value entry = Value::String(text.Reveal());
  if (StripAsciiSpace(text.Reveal()).starts_with('{')) {
    ASSIGN_OR_RETURN(entry, ParseJson(text.Reveal()));
  }
  ASSIGN_OR_RETURN(Connection connection, ConnectionFromEntry(entry));
  if (connection.name.alias.empty()) connection.name.alias = std::move(alias);
  return connection;
}

Result<Variable> ReadVariable(const std::string& key, const Secret& value) {
  if (!IsValidVariableKey(key)) {
    return Error(ErrorCode::kInvalidArgument,
                 "the key must be letters, digits and _, not beginning with a digit");
  }
  Variable variable;
  variable.key = key;
  variable.value = value.Clone();
  variable.is_secret = IsSecretVariable(key, value);
  return variable;
}

// Every character of a JSON text may stand inside single quotes but the quote itself, which stands
// in strings alone.
Secret WithoutQuotes(const Secret& json) {
  SecretBuilder text;
  for (const char c : json.Reveal()) {
    if (c == '\'') {
      text.Append("\\u0027");
    } else {
      text.Append(c);
    }
  }
  return std::move(text).Build();
}

bool HasSettings(const Connection& connection) {
  return connection.is_default || !connection.secret_fields.empty() ||
         !connection.no_scrub.empty() || !connection.description.empty() ||
         !connection.expires_at.empty() || !connection.rotate_every.empty();
}

bool HaveSameFields(const Connection& a, const Connection& b) {
  return std::equal(
      a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
      [](const Field& x, const Field& y) { return x.name == y.name && x.value == y.value; });
}

// nullopt where a URI would lose something.
std::optional<Secret> AsUri(const Connection& connection) {
  const std::string folded = ToAsciiLower(VariableNamePart(connection.name.alias));
  if (folded != connection.name.alias || HasSettings(connection)) return std::nullopt;
  Result<Secret> uri = WriteAirflowUri(connection);
  if (!uri.ok() || uri->Reveal().find('\'') != std::string_view::npos) return std::nullopt;
  const Result<Connection> again = ParseAirflowUri(uri->Reveal());
  const bool is_whole =
      again.ok() && again->name.type == connection.name.type && HaveSameFields(*again, connection);
  if (!is_whole) return std::nullopt;
  return *std::move(uri);
}

class Writer {
 public:
  Status Add(const std::string& name, std::string_view value, const std::string& owner) {
    const auto [taken, is_new] = owners_.emplace(name, owner);
    if (!is_new) {
      return Error(ErrorCode::kConflict, taken->second + " and " + owner + " both become " + name)
          .WithHint("export them apart, or as JSON");
    }
    text_.Append(name);
    text_.Append("='");
    text_.Append(value);
    text_.Append("'\n");
    return {};
  }

  Secret Finish() && { return std::move(text_).Build(); }

 private:
  std::map<std::string, std::string> owners_;
  SecretBuilder text_;
};

Status AddConnection(Writer& writer, const Connection& connection, SecretView view) {
  const std::string name = "PIPELINE_CONN_" + VariableNamePart(connection.name.alias);
  if (view == SecretView::kRevealed) {
    if (const auto uri = AsUri(connection)) {
      return writer.Add(name, uri->Reveal(), connection.name.Full());
    }
  }
  const Secret json = WithoutQuotes(WriteJson(ConnectionToJson(connection, view)));
  return writer.Add(name, json.Reveal(), connection.name.Full());
}

Status AddVariable(Writer& writer, const Variable& variable) {
  const std::string_view value = variable.value.Reveal();
  const std::string owner = "variable " + variable.key;
  if (value.find_first_of("\n\r") != std::string_view::npos) {
    return Error(ErrorCode::kInvalidArgument,
                 owner + ": has a line break, which a line cannot hold")
        .WithHint("export as JSON");
  }
  SecretBuilder quoted;
  for (const char c : value)
    quoted.Append(c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1));
  return writer.Add("PIPELINE_VAR_" + ToAsciiUpper(variable.key), quoted.Reveal(), owner);
}

}  // namespace

Result<std::vector<EnvEntry>> ParseEnvLines(std::string_view text) {
  std::vector<EnvEntry> entries;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    ASSIGN_OR_RETURN(std::optional<EnvEntry> entry, ParseLine(text.substr(0, end), number));
    if (entry) entries.push_back(*std::move(entry));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return entries;
}

Result<Bundle> BundleFromEnv(std::span<const EnvEntry> entries, OtherEntries others) {
  Bundle bundle;
  for (const EnvEntry& entry : entries) {
    if (const auto key = AfterPrefix(kVariablePrefixes, entry.name)) {
      Result<Variable> variable = ReadVariable(*key, entry.value);
      if (!variable.ok()) return std::move(variable).error().WithContext("a variable");
      bundle.variables.push_back(*std::move(variable));
      continue;
    }
    std::optional<std::string> alias = AfterPrefix(kConnectionPrefixes, entry.name);
    if (!alias && others == OtherEntries::kAreConnections) alias = entry.name;
    if (!alias) continue;
    Result<Connection> connection = ReadConnection(*alias, entry.value);
    if (!connection.ok()) {
      return std::move(connection)
          .error()
          .WithContext(EntryLabel(*alias, bundle.connections.size() + 1));
    }
    bundle.connections.push_back(*std::move(connection));
  }
  return bundle;
}

Result<Secret> BundleToEnv(const Bundle& bundle, SecretView view) {
  Writer writer;
  for (const Connection& connection : bundle.connections) {
    RETURN_IF_ERROR(AddConnection(writer, connection, view));
  }
  for (const Variable& variable : bundle.variables) {
    if (view == SecretView::kHidden && !IsWhollyVisible(variable)) continue;
    RETURN_IF_ERROR(AddVariable(writer, variable));
  }
  return std::move(writer).Finish();
}

}  // namespace injector
