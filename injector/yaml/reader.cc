#include "injector/yaml/reader.h"

#include <algorithm>

#include "injector/model/nearest_name.h"

namespace injector {

Error YamlReader::Expected(const YamlNode& node, std::string_view what,
                           std::string_view expected) const {
  return ErrorAt(node.position, std::string(what) + ": expected " + std::string(expected));
}

Status YamlReader::ExpectMap(const YamlNode& node, std::string_view what) const {
  if (node.kind == YamlNode::Kind::kMap) return {};
  return Expected(node, what, "a map");
}

Status YamlReader::ExpectList(const YamlNode& node, std::string_view what) const {
  if (node.kind == YamlNode::Kind::kList) return {};
  return Expected(node, what, "a list");
}

Result<std::string> YamlReader::Text(const YamlNode& node, std::string_view what) const {
  if (node.kind == YamlNode::Kind::kScalar && !node.text.empty()) {
    return std::string(node.text.Reveal());
  }
  return Expected(node, what, "text");
}

Result<bool> YamlReader::Bool(const YamlNode& node, std::string_view what) const {
  const Value value = ToValue(node);
  if (value.kind() == Value::Kind::kBool) return value.boolean();
  return Expected(node, what, "true or false");
}

Result<std::vector<std::string>> YamlReader::TextList(const YamlNode& node,
                                                      std::string_view what) const {
  RETURN_IF_ERROR(ExpectList(node, what));
  std::vector<std::string> texts;
  for (const YamlNode& item : node.items) {
    ASSIGN_OR_RETURN(std::string text, Text(item, what));
    texts.push_back(std::move(text));
  }
  return texts;
}

Status YamlReader::OnlyKeys(const YamlNode& map, std::span<const std::string_view> known) const {
  for (const YamlNode::Member& member : map.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    return ErrorAt(member.position, UnknownKey(member.key, known));
  }
  return {};
}

Result<const YamlNode*> YamlReader::Required(const YamlNode& map, std::string_view key) const {
  if (const YamlNode* value = map.Find(key)) return value;
  return ErrorAt(map.position, std::string(key) + ": missing");
}

Status YamlReader::ExpectVersionOne(const YamlNode& map) const {
  ASSIGN_OR_RETURN(const YamlNode* version, Required(map, "version"));
  if (version->kind == YamlNode::Kind::kScalar && version->text.Reveal() == "1") return {};
  return Expected(*version, "version", "1, the only one that there is");
}

std::string UnknownKey(std::string_view key, std::span<const std::string_view> known) {
  std::string message = "unknown key " + std::string(key);
  const std::vector<std::string> names(known.begin(), known.end());
  const std::string_view nearest = NearestName(key, names);
  if (!nearest.empty()) message += "; did you mean " + std::string(nearest) + "?";
  return message;
}

}  // namespace injector
