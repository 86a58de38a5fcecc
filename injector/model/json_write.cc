#include "injector/base/utf8.h"
#include "injector/model/json.h"

namespace injector {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

// Straight into a SecretBuilder: a library's string would leave unwiped copies behind.
class Writer {
 public:
  explicit Writer(JsonStyle style) : style_(style) {}

  void Write(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::kNull:
        return out_.Append("null");
      case Value::Kind::kBool:
        return out_.Append(value.boolean() ? "true" : "false");
      case Value::Kind::kNumber:
        return out_.Append(value.number_text());
      case Value::Kind::kString:
        return WriteString(value.string().Reveal());
      case Value::Kind::kList:
        return WriteList(value.items());
      case Value::Kind::kMap:
        return WriteMap(value.members());
    }
  }

  Secret Finish() && { return std::move(out_).Build(); }

 private:
  void WriteList(const std::vector<Value>& items) {
    if (items.empty()) return out_.Append("[]");
    out_.Append('[');
    ++depth_;
    for (const Value& item : items) {
      NextElement(&item == items.data());
      Write(item);
    }
    EndContainer(']');
  }

  void WriteMap(const std::vector<Value::Member>& members) {
    if (members.empty()) return out_.Append("{}");
    out_.Append('{');
    ++depth_;
    for (const Value::Member& member : members) {
      NextElement(&member == members.data());
      WriteString(member.name);
      out_.Append(style_ == JsonStyle::kIndented ? ": " : ":");
      Write(member.value);
    }
    EndContainer('}');
  }

  void NextElement(bool first) {
    if (!first) out_.Append(',');
    NewLine();
  }

  void EndContainer(char bracket) {
    --depth_;
    NewLine();
    out_.Append(bracket);
  }

  void NewLine() {
    if (style_ == JsonStyle::kCompact) return;
    out_.Append('\n');
    for (int i = 0; i < depth_; ++i) out_.Append("  ");
  }

  void WriteString(std::string_view text) {
    out_.Append('"');
    while (!text.empty()) {
      const std::size_t plain = PlainPrefix(text);
      out_.Append(text.substr(0, plain));
      text.remove_prefix(plain);
      if (text.empty()) break;
      WriteSpecial(text.front());
      text.remove_prefix(1);
    }
    out_.Append('"');
  }

  // How many bytes at the start of `text` stand for themselves in a JSON string.
  static std::size_t PlainPrefix(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size()) {
      const std::optional<Utf8Char> character = DecodeUtf8(text.substr(length));
      if (!character || character->code_point < 0x20) break;
      if (character->code_point == '"' || character->code_point == '\\') break;
      length += character->length;
    }
    return length;
  }

  void WriteSpecial(char c) {
    constexpr std::string_view kSpecial = "\"\\\b\f\n\r\t";
    constexpr std::string_view kLetter = "\"\\bfnrt";
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (const std::size_t at = kSpecial.find(c); at != std::string_view::npos) {
      out_.Append('\\');
      out_.Append(kLetter[at]);
    } else if (byte < 0x20) {
      out_.Append("\\u00");
      out_.Append(kDigits[byte >> 4]);
      out_.Append(kDigits[byte & 0xF]);
    } else {
      out_.Append(kReplacementCharacter);
    }
  }

  JsonStyle style_;
  int depth_ = 0;
  SecretBuilder out_;
};

}  // namespace

Secret WriteJson(const Value& value, JsonStyle style) {
  Writer writer(style);
  writer.Write(value);
  return std::move(writer).Finish();
}

}  // namespace injector
