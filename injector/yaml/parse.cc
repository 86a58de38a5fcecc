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

// The library makes single bytes of `\N` and `\_`, which are the characters U+0085 and U+00A0
// (YAML 1.2.2, 5.7). The text is UTF-8, so no other way leads to a byte that is not.
Secret WholeCharacters(std::string_view scalar) {
  if (IsValidUtf8(scalar)) return Secret::CopyOf(scalar);
  SecretBuilder whole;
  while (!scalar.empty()) {
    const std::optional<Utf8Char> character = DecodeUtf8(scalar);
    const std::size_t length = character ? character->length : 1;
    if (!character) whole.Append('\xC2');
    whole.Append(scalar.substr(0, length));
    scalar.remove_prefix(length);
  }
  return std::move(whole).Build();
}

// Builds the tree from the library's events. The first problem is kept; what follows it is ignored.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& name) : name_(name) {}

  Result<YamlNode> Take() && {
    if (problem_) return *std::move(problem_);
    return std::move(root_);
  }
  bool failed() const { return problem_.has_value(); }
  // Where the last scalar begins; nullopt when there is none.
  const std::optional<YAML::Mark>& last_scalar() const { return last_scalar_; }

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
    last_scalar_ = mark;
    YamlNode node;
    node.kind = Kind::kScalar;
    node.position = PositionOf(mark);
    node.text = WholeCharacters(value);
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
  std::optional<YAML::Mark> last_scalar_;
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

// Whether `text`, which begins with a quote, has the one that ends it.
bool IsClosed(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool stands_for_a_quote = quote == '\'' && text.substr(i).starts_with("''");
    if (stands_for_a_quote || (quote == '"' && text[i] == '\\')) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

// The library takes a quote that is never closed for a text up to the end, if that is a line's end:
// it would swallow all connections that follow. Only the last scalar can be such a one.
Status CheckLastQuote(std::string_view text, const YAML::Mark& mark, const std::string& name) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text.remove_prefix(std::min(static_cast<std::size_t>(mark.pos), text.size()));
  // An anchor and a tag may come first, with comments behind them.
  while (text.starts_with('&') || text.starts_with('!') || text.starts_with('#')) {
    const char* end = text.starts_with('#') ? "\r\n" : " \t\r\n";
    text.remove_prefix(std::min(text.find_first_of(end), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  }
  if (!text.starts_with('"') && !text.starts_with('\'')) return {};
  if (IsClosed(text)) return {};
  return ErrorAt(name, PositionOf(mark), "a quote that is not closed");
}

// Where a tab indents the line of `problem`, of which the library says something else.
std::optional<TextPosition> IndentingTab(std::string_view text, TextPosition problem) {
  for (std::size_t line = 1; line < problem.line; ++line) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  if (!text.substr(indent).starts_with('\t')) return std::nullopt;
  return TextPosition{.line = problem.line, .column = indent + 1};
}

// What people do wrong most, which the library says in words of YAML's grammar. Some of its
// messages end in a piece of the text, which is not told.
std::string Plain(const std::string& message) {
  const std::pair<const char*, const char*> words[] = {
      {YAML::ErrorMsg::END_OF_MAP_FLOW, "the end: a { above, or a quote behind it, is not closed"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, "the end: a [ above, or a quote behind it, is not closed"},
      {YAML::ErrorMsg::EOF_IN_SCALAR, "the end: a quote above is not closed"},
      {YAML::ErrorMsg::END_OF_MAP, "indented neither like the keys above nor like what is in them"},
      {YAML::ErrorMsg::END_OF_SEQ,
       "indented neither like the items above nor like what is in them"},
      {YAML::ErrorMsg::MAP_VALUE, "no value can stand here; a text that holds `: ` needs quotes"},
  };
  for (const auto& [theirs, ours] : words) {
    if (message == theirs) return ours;
  }
  return message.substr(0, message.find(':'));
}

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
      const TextPosition position = PositionOf(exception.mark);
      if (const auto tab = IndentingTab(text, position)) {
        return ErrorAt(name, *tab, "a tab indents this line; YAML takes spaces alone");
      }
      return ErrorAt(name, position, Plain(exception.msg));
    }
  }
  if (!builder.failed() && builder.last_scalar()) {
    RETURN_IF_ERROR(CheckLastQuote(text, *builder.last_scalar(), name));
  }
  return std::move(builder).Take();
}

}  // namespace injector
