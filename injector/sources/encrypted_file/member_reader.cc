#include "injector/sources/encrypted_file/member_reader.h"

#include <charconv>

#include "injector/base/base64.h"

namespace injector {
namespace {

const Value& Nothing() {
  static const Value nothing;
  return nothing;
}

}  // namespace

const Value& MemberReader::Take(std::string_view name, Value::Kind kind) {
  const Value* value = map_.Find(name);
  if (value == nullptr || value->kind() != kind) {
    ok_ = false;
    return Nothing();
  }
  ++taken_;
  return *value;
}

Secret MemberReader::SecretText(std::string_view name) {
  const Value& value = Take(name, Value::Kind::kString);
  return value.is_null() ? Secret() : value.string().Clone();
}

std::string MemberReader::Text(std::string_view name) {
  return std::string(SecretText(name).Reveal());
}

std::string MemberReader::Base64(std::string_view name) {
  const std::optional<Secret> bytes = Base64Decode(Text(name));
  Require(bytes.has_value());
  return bytes ? std::string(bytes->Reveal()) : std::string();
}

std::uint64_t MemberReader::Count(std::string_view name) {
  const Value& value = Take(name, Value::Kind::kNumber);
  if (value.is_null()) return 0;
  const std::string& text = value.number_text();
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  Require(error == std::errc() && end == text.data() + text.size());
  return count;
}

bool MemberReader::Flag(std::string_view name) {
  const Value& value = Take(name, Value::Kind::kBool);
  return !value.is_null() && value.boolean();
}

const std::vector<Value>& MemberReader::List(std::string_view name) {
  static const std::vector<Value> none;
  const Value& value = Take(name, Value::Kind::kList);
  return value.is_null() ? none : value.items();
}

std::vector<std::string> MemberReader::TextList(std::string_view name) {
  std::vector<std::string> texts;
  for (const Value& item : List(name)) {
    const bool is_text = item.kind() == Value::Kind::kString;
    Require(is_text);
    if (is_text) texts.emplace_back(item.string().Reveal());
  }
  return texts;
}

const Value& MemberReader::Map(std::string_view name) { return Take(name, Value::Kind::kMap); }

bool MemberReader::ReadAll() const {
  return ok_ && map_.kind() == Value::Kind::kMap && taken_ == map_.members().size();
}

}  // namespace injector
