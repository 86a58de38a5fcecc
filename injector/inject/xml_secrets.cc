#include "injector/inject/xml_secrets.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/inject/assigned_secrets.h"

namespace injector {
namespace {

struct Attribute {
  std::string_view name;
  std::string_view value;
};

// Without its namespace.
std::string_view LocalName(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void AppendUtf8(SecretBuilder& text, std::uint32_t code_point) {
  const auto byte = [&text](std::uint32_t bits) { text.Append(static_cast<char>(bits)); };
  if (code_point < 0x80) return byte(code_point);
  if (code_point < 0x800) {
    byte(0xC0 | code_point >> 6);
  } else {
    if (code_point < 0x10000) {
      byte(0xE0 | code_point >> 12);
    } else {
      byte(0xF0 | code_point >> 18);
      byte(0x80 | (code_point >> 12 & 0x3F));
    }
    byte(0x80 | (code_point >> 6 & 0x3F));
  }
  byte(0x80 | (code_point & 0x3F));
}

// The character that "&name;" stands for (XML 1.0, 4.1 and 4.6).
std::optional<std::uint32_t> CharacterOf(std::string_view name) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, character] : kNamed) {
    if (name == known) return static_cast<std::uint32_t>(character);
  }
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const bool hexadecimal = name.starts_with('x');
  if (hexadecimal) name.remove_prefix(1);
  std::uint32_t code_point = 0;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), code_point, hexadecimal ? 16 : 10);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole && code_point <= 0x10FFFF ? std::optional(code_point) : std::nullopt;
}

Secret WithoutEntities(std::string_view text) {
  constexpr std::size_t kLongestEntity = 12;
  SecretBuilder plain;
  while (!text.empty()) {
    const std::size_t end = text.substr(0, kLongestEntity).find(';');
    const bool entity = text.front() == '&' && end != std::string_view::npos;
    const auto character = entity ? CharacterOf(text.substr(1, end - 1)) : std::nullopt;
    if (character) {
      AppendUtf8(plain, *character);
    } else {
      plain.Append(text.front());
    }
    text.remove_prefix(character ? end + 1 : 1);
  }
  return std::move(plain).Build();
}

class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  std::vector<Secret> Run() && {
    while (!text_.empty()) {
      text_.remove_prefix(std::min(text_.find('<'), text_.size()));
      if (text_.starts_with("<!--")) {
        Skip(text_.find("-->"));
      } else if (!text_.empty()) {
        ReadTag();
      }
    }
    return std::move(found_);
  }

 private:
  void Skip(std::size_t size) { text_.remove_prefix(std::min(size, text_.size())); }

  void ReadTag() {
    Skip(1);
    const std::size_t name_size = std::min(text_.find_first_of(" \t\r\n/>"), text_.size());
    const std::string_view name = LocalName(text_.substr(0, name_size));
    Skip(name_size);
    KeepAttributes(ReadAttributes());
    if (text_.starts_with('>') && IsAssignedSecretName(name)) KeepContent();
  }

  // Those of the tag that `text_` stands in; behind them it stands at the tag's end.
  std::vector<Attribute> ReadAttributes() {
    std::vector<Attribute> attributes;
    while (true) {
      Skip(text_.find_first_not_of(" \t\r\n"));
      const std::size_t name_size = std::min(text_.find_first_of("= \t\r\n/><"), text_.size());
      if (name_size == 0) return attributes;
      const std::string_view name = LocalName(text_.substr(0, name_size));
      Skip(name_size);
      Skip(text_.find_first_not_of(" \t\r\n"));
      if (!text_.starts_with('=')) continue;
      Skip(1);
      Skip(text_.find_first_not_of(" \t\r\n"));
      if (!text_.starts_with('"') && !text_.starts_with('\'')) return attributes;
      const std::size_t end = std::min(text_.find(text_.front(), 1), text_.size());
      attributes.push_back({name, text_.substr(1, end - 1)});
      Skip(end + 1);
    }
  }

  void KeepAttributes(const std::vector<Attribute>& attributes) {
    const auto find = [&](std::string_view name) -> const Attribute* {
      const auto found =
          std::find_if(attributes.begin(), attributes.end(),
                       [name](const Attribute& attribute) { return attribute.name == name; });
      return found == attributes.end() ? nullptr : &*found;
    };
    const Attribute* value = find("value");
    for (const Attribute& attribute : attributes) {
      const bool names_value =
          value != nullptr && (attribute.name == "key" || attribute.name == "name");
      if (names_value && IsAssignedSecretName(attribute.value)) Keep(value->value);
      if (!names_value && IsAssignedSecretName(attribute.name)) Keep(attribute.value);
    }
  }

  // Of the element whose tag ends at `text_`. What CDATA holds is text: no tag in it is read again.
  void KeepContent() {
    constexpr std::string_view kCdata = "<![CDATA[";
    const std::string_view content = text_.substr(1);
    const std::size_t begin = std::min(content.find_first_not_of(" \t\r\n"), content.size());
    if (!content.substr(begin).starts_with(kCdata)) {
      return Keep(StripAsciiSpace(content.substr(0, content.find('<'))));
    }
    Skip(1 + begin + kCdata.size());
    const std::string_view inside = text_.substr(0, text_.find("]]>"));
    found_.push_back(Secret::CopyOf(inside));
    Skip(inside.size());
  }

  void Keep(std::string_view value) {
    if (value.empty()) return;
    found_.push_back(Secret::CopyOf(value));
    if (value.find('&') != std::string_view::npos) found_.push_back(WithoutEntities(value));
  }

  std::string_view text_;
  std::vector<Secret> found_;
};

}  // namespace

bool MayBeXml(std::string_view text) { return StripAsciiSpace(text).starts_with('<'); }

std::vector<Secret> XmlSecrets(std::string_view text) { return XmlReader(text).Run(); }

}  // namespace injector
