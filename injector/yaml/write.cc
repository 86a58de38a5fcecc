#include "injector/yaml/write.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "injector/base/ascii.h"
#include "injector/model/json.h"

namespace injector {
namespace {

bool IsPlainCharacter(char c) {
  return IsAsciiAlnum(c) || std::string_view("_-./+=~$@^").find(c) != std::string_view::npos;
}

// Words that some reader of YAML takes for something else than text (YAML 1.1 has a long list).
bool IsReserved(std::string_view text) {
  constexpr std::string_view kWords[] = {"null", "true", "false", "yes", "no",
                                         "on",   "off",  "y",     "n",   "~"};
  const std::string lower = ToAsciiLower(text);
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

// Without quotes only what no reader can take for anything but text: nothing that begins like a
// number, a date or an indicator.
bool IsPlain(std::string_view text) {
  if (text.empty() || IsReserved(text)) return false;
  const bool starts_as_text =
      IsAsciiAlnum(text.front())
          ? !IsAsciiDigit(text.front())
          : text.front() == '_' || text.front() == '$' || text.front() == '/';
  return starts_as_text && std::all_of(text.begin(), text.end(), IsPlainCharacter);
}

class Writer {
 public:
  void Write(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::kList:
        return value.items().empty() ? Line("[]") : WriteList(value.items(), 0);
      case Value::Kind::kMap:
        return value.members().empty() ? Line("{}") : WriteMap(value.members(), 0);
      default:
        WriteScalar(value);
        out_.Append('\n');
    }
  }

  Secret Finish() && { return std::move(out_).Build(); }

 private:
  void Line(std::string_view text) {
    out_.Append(text);
    out_.Append('\n');
  }

  void Indent(std::size_t depth) {
    for (std::size_t i = 0; i < depth; ++i) out_.Append("  ");
  }

  void WriteMap(const std::vector<Value::Member>& members, std::size_t depth) {
    for (const Value::Member& member : members) {
      Indent(depth);
      WriteText(member.name);
      out_.Append(':');
      WriteInside(member.value, depth);
    }
  }

  void WriteList(const std::vector<Value>& items, std::size_t depth) {
    for (const Value& item : items) {
      Indent(depth);
      out_.Append('-');
      WriteInside(item, depth);
    }
  }

  // What stands after "name:" or "-": a scalar on the same line, the rest below.
  void WriteInside(const Value& value, std::size_t depth) {
    if (value.kind() == Value::Kind::kMap && !value.members().empty()) {
      out_.Append('\n');
      return WriteMap(value.members(), depth + 1);
    }
    if (value.kind() == Value::Kind::kList && !value.items().empty()) {
      out_.Append('\n');
      return WriteList(value.items(), depth + 1);
    }
    out_.Append(' ');
    WriteScalar(value);
    out_.Append('\n');
  }

  void WriteScalar(const Value& value) {
    if (value.kind() == Value::Kind::kString) return WriteText(value.string().Reveal());
    out_.Append(WriteJson(value).Reveal());  // null, a number, true, [] and {} are JSON's
  }

  // A JSON string is one of YAML's in double quotes; the few characters that YAML wants escaped
  // beside JSON's are given their \u form.
  void WriteText(std::string_view text) {
    if (IsPlain(text)) return out_.Append(text);
    const Secret json = WriteJson(Value::String(text));
    std::string_view rest = json.Reveal();
    while (!rest.empty()) {
      const std::size_t special = std::min(rest.find('\x7f'), rest.find('\xc2'));
      out_.Append(rest.substr(0, special));
      if (special == std::string_view::npos) break;
      rest = WriteSpecial(rest.substr(special));
    }
  }

  // Writes the character that `rest` begins with; what is left. C1 controls are C2 80 to C2 9F.
  std::string_view WriteSpecial(std::string_view rest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const bool is_delete = rest.front() == '\x7f';
    const auto code = static_cast<unsigned char>(is_delete ? rest[0] : rest[1]);
    if (!is_delete && code >= 0xa0) {
      out_.Append(rest.substr(0, 2));
    } else {
      out_.Append("\\x");
      out_.Append(kDigits[code >> 4]);
      out_.Append(kDigits[code & 0xf]);
    }
    return rest.substr(is_delete ? 1 : 2);
  }

  SecretBuilder out_;
};

}  // namespace

Secret WriteYaml(const Value& value) {
  Writer writer;
  writer.Write(value);
  return std::move(writer).Finish();
}

}  // namespace injector
