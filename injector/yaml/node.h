#pragma once
// One YAML document as a tree that knows where everything in it stands, so that whoever reads it
// can say file, line and column. Scalars are Secrets: at this level nobody knows which of them is a
// password.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"
#include "injector/base/text_position.h"
#include "injector/model/value.h"

namespace injector {

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  struct Member;

  Kind kind = Kind::kNull;
  TextPosition position;
  Secret text;          // of a scalar
  bool quoted = false;  // a scalar in quotes, a block scalar, or !!str: text whatever it looks like
  std::vector<YamlNode> items;  // of a list
  std::vector<Member> members;  // of a map, in their order; no key twice

  // How many values it holds with everything inside, itself included.
  std::size_t node_count() const;
  // The value under `key`; nullptr when there is none or this is no map.
  const YamlNode* Find(std::string_view key) const;
  YamlNode Clone() const;
};

struct YamlNode::Member {
  std::string key;
  TextPosition position;  // of the key
  YamlNode value;
};

// The JSON value of a node. Plain scalars: true and false, numbers as JSON writes them (the text is
// kept), and null; everything else is text, so that 0123, yes and 2026-01-31 stay what they are.
Value ToValue(const YamlNode& node);

}  // namespace injector
