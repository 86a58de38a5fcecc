#pragma once
// YAML 1.2 (yaml.org/spec/1.2.2) text -> YamlNode. The only place that sees the YAML library.
//
// Taken: one document, block and flow style, every kind of scalar, anchors and aliases, the merge
// key `<<`. Refused, each with its line and column: a second document, a key twice, a key that is
// not text, tags other than YAML's own, an alias inside what it stands for, and more than the
// limits below, which bound what a few bytes of aliases can grow to.

#include <cstddef>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/yaml/node.h"

namespace injector {

inline constexpr std::size_t kYamlSizeLimit = 1 << 20;  // bytes
inline constexpr std::size_t kYamlDepthLimit = 64;      // maps and lists inside each other
inline constexpr std::size_t kYamlNodeLimit = 50'000;   // aliases counted as what they stand for

// `name` stands for the text in messages: a path. An empty text is null. kInvalidArgument:
// "NAME:LINE:COLUMN: …", with nothing of the values in it.
Result<YamlNode> ParseYaml(std::string_view text, const std::string& name);

}  // namespace injector
