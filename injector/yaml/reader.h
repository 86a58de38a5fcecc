#pragma once
// Strict reading of a YAML tree: what is not as expected becomes an error, or a finding, that says
// file, line and column. Messages name keys and never hold a value.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/yaml/node.h"
#include "injector/yaml/parse.h"

namespace injector {

class YamlReader {
 public:
  // `name`: of the file, in messages.
  explicit YamlReader(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  Error ErrorAt(TextPosition position, std::string_view message) const {
    return injector::ErrorAt(name_, position, message);
  }
  // "NAME:LINE:COLUMN: WHAT: expected EXPECTED"
  Error Expected(const YamlNode& node, std::string_view what, std::string_view expected) const;

  Status ExpectMap(const YamlNode& node, std::string_view what) const;
  Status ExpectList(const YamlNode& node, std::string_view what) const;
  // The text of any scalar that is not empty.
  Result<std::string> Text(const YamlNode& node, std::string_view what) const;
  Result<bool> Bool(const YamlNode& node, std::string_view what) const;
  Result<std::vector<std::string>> TextList(const YamlNode& node, std::string_view what) const;

  // An error for the first key of the map that is not `known`, with the nearest that is.
  Status OnlyKeys(const YamlNode& map, std::span<const std::string_view> known) const;
  // The value under `key`; an error naming it when there is none.
  Result<const YamlNode*> Required(const YamlNode& map, std::string_view key) const;
  // That the map says `version: 1`.
  Status ExpectVersionOne(const YamlNode& map) const;

 private:
  std::string name_;
};

// "unknown key hots; did you mean host?"
std::string UnknownKey(std::string_view key, std::span<const std::string_view> known);

}  // namespace injector
