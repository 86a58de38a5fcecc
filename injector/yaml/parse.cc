#include "injector/yaml/parse.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>
#include <utility>

#include "injector/base/utf8.h"

namespace injector {
namespace {

using Kind = YamlNode::Kind;

TextPosition PositionOf(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {.line = static_cast<std::size_t>(mark.line) + 1,
          .column = static_cast<std::size_t>(mark.column) + 1};
}

// Reads from the text where it stands, instead of a copy that nobody wipes.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf knows no const; nothing writes
    setg(begin, begin, begin + text.size());
  }
};

// Builds the tree from the library's events. The first problem is kept; what follows it is ignored.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& name) : name_(name) {}

  Result<YamlNode> Take() && {
    if (problem_) return *std::move(problem_);
    return std::move(root_);
  }
  bool failed() const { return problem_.has_value(); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) Fail(PositionOf(mark), "a second document; only one is read");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (failed()) return;
    YamlNode node;
    node.position = PositionOf(mark);
    Complete(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (failed()) return;
    YamlNode node;
    node.kind = Kind::kScalar;
    node.position = PositionOf(mark);
    node.text = Secret::CopyOf(value);
    node.quoted = tag == "!" || tag == kTagPrefix + "str";
    if (!node.quoted && !IsOneOf(tag, {"int", "float", "bool", "null"})) {
      return Fail(node.position, kUnknownTag);
    }
    Complete(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (failed()) return;
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      return Fail(PositionOf(mark), "an alias inside what it stands for");
    if (!Count(PositionOf(mark), found->second.node_count())) return;
    Attach(found->second.Clone());
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Begin(Kind::kList, mark, IsOneOf(tag, {"seq"}), anchor);
  }
  void OnSequenceEnd() override { End(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Begin(Kind::kMap, mark, IsOneOf(tag, {"map"}), anchor);
  }
  void OnMapEnd() override { End(); }

 private:
  static inline const std::string kTagPrefix = "tag:yaml.org,2002:";
  static constexpr std::string_view kUnknownTag = "a tag that is not known here";

  struct Key {
    std::string text;
    TextPosition position;
    bool merges;
  };
  // A list or map whose end has not been seen.
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<Key> key;        // of a map: seen, and its value is next
    std::vector<YamlNode> merged;  // what `<<` names, in order
  };

  // No tag, or one of YAML's own.
  static bool IsOneOf(const std::string& tag, std::initializer_list<std::string_view> own) {
    if (tag.empty() || tag == "?") return true;
    return std::any_of(own.begin(), own.end(), [&](std::string_view word) {
      return tag == kTagPrefix + std::string(word);
    });
  }

  void Fail(TextPosition position, std::string_view message) {
    if (!problem_) problem_ = ErrorAt(name_, position, message);
  }

  bool Count(TextPosition position, std::size_t nodes) {
    count_ += nodes;
    if (count_ <= kYamlNodeLimit) return true;
    Fail(position, "more than " + std::to_string(kYamlNodeLimit) + " values, aliases included");
    return false;
  }

  void Begin(Kind kind, const YAML::Mark& mark, bool tag_is_known, YAML::anchor_t anchor) {
    if (failed()) return;
    const TextPosition position = PositionOf(mark);
    if (!tag_is_known) return Fail(position, kUnknownTag);
    if (open_.size() == kYamlDepthLimit) {
      return Fail(position, "nested deeper than " + std::to_string(kYamlDepthLimit));
    }
    Open opened{.node = {}, .anchor = anchor, .key = {}, .merged = {}};
    opened.node.kind = kind;
    opened.node.position = position;
    open_.push_back(std::move(opened));
  }

  void End() {
    if (failed()) return;
    Open closed = std::move(open_.back());
    open_.pop_back();
    for (YamlNode& map : closed.merged) Merge(std::move(map), closed.node);
    Complete(std::move(closed.node), closed.anchor);
  }

  // What stands in the map itself wins, then what is merged first.
  static void Merge(YamlNode from, YamlNode& into) {
    for (YamlNode::Member& member : from.members) {
      if (into.Find(member.key) == nullptr) into.members.push_back(std::move(member));
    }
  }

  void Complete(YamlNode node, YAML::anchor_t anchor) {
    if (!Count(node.position, 1)) return;
    if (anchor != 0) {
      if (!Count(node.position, node.node_count())) return;
      anchors_.insert_or_assign(anchor, node.Clone());
    }
    Attach(std::move(node));
  }

  void Attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == Kind::kList) {
      open_.back().node.items.push_back(std::move(node));
    } else if (!open_.back().key) {
      TakeKey(node, open_.back());
    } else {
      TakeValue(std::move(node), open_.back());
    }
  }

  void TakeKey(const YamlNode& node, Open& map) {
    if (node.kind != Kind::kScalar) return Fail(node.position, "expected a name before the colon");
    std::string text(node.text.Reveal());
    if (map.node.Find(text) != nullptr) return Fail(node.position, text + ": given twice");
    const bool merges = text == "<<" && !node.quoted;
    map.key = Key{.text = std::move(text), .position = node.position, .merges = merges};
  }

  void TakeValue(YamlNode node, Open& map) {
    Key key = *std::exchange(map.key, std::nullopt);
    if (!key.merges) {
      map.node.members.push_back({std::move(key.text), key.position, std::move(node)});
    } else if (node.kind == Kind::kMap) {
      map.merged.push_back(std::move(node));
    } else if (node.kind == Kind::kList) {
      for (YamlNode& item : node.items) {
        if (item.kind != Kind::kMap) return Fail(item.position, kMergesMaps);
        map.merged.push_back(std::move(item));
      }
    } else {
      Fail(node.position, kMergesMaps);
    }
  }

  static constexpr std::string_view kMergesMaps = "<< takes a map, or a list of maps";

  const std::string& name_;
  std::optional<Error> problem_;
  YamlNode root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  std::size_t count_ = 0;
  int documents_ = 0;
};

// The library takes 0x04 for the end of its input, so that a text with one would lose its tail.
Status CheckCharacters(std::string_view text, const std::string& name) {
  TextPosition position;
  while (!text.empty()) {
    const std::optional<Utf8Char> character = DecodeUtf8(text);
    if (!character) return ErrorAt(name, position, "not UTF-8");
    const std::uint32_t code = character->code_point;
    if ((code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7F) {
      return ErrorAt(name, position, "a control character; in double quotes it can be escaped");
    }
    position = position.After(text.substr(0, character->length));
    text.remove_prefix(character->length);
  }
  return {};
}

// Some of the library's messages end in a piece of the text.
std::string FixedPart(const std::string& message) { return message.substr(0, message.find(':')); }

}  // namespace

Result<YamlNode> ParseYaml(std::string_view text, const std::string& name) {
  if (text.size() > kYamlSizeLimit) {
    return Error(ErrorCode::kInvalidArgument,
                 name + ": longer than " + std::to_string(kYamlSizeLimit) + " bytes");
  }
  RETURN_IF_ERROR(CheckCharacters(text, name));
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  TreeBuilder builder(name);
  try {
    YAML::Parser parser(stream);
    while (!builder.failed() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& exception) {
    if (!builder.failed()) {
      return ErrorAt(name, PositionOf(exception.mark), FixedPart(exception.msg));
    }
  }
  return std::move(builder).Take();
}

}  // namespace injector
