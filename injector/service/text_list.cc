#include "injector/service/text_list.h"

#include "injector/model/json.h"

namespace injector {

std::string EncodeTextList(const std::vector<std::string>& texts) {
  std::vector<Value> items;
  for (const std::string& text : texts) items.push_back(Value::String(text));
  return std::string(WriteJson(Value::List(std::move(items))).Reveal());
}

Result<std::vector<std::string>> DecodeTextList(std::string_view column) {
  const Error damaged(ErrorCode::kDataLoss, "stored list: unexpected content");
  const Result<Value> list = ParseJson(column);
  if (!list.ok() || list->kind() != Value::Kind::kList) return damaged;
  std::vector<std::string> texts;
  for (const Value& item : list->items()) {
    if (item.kind() != Value::Kind::kString) return damaged;
    texts.emplace_back(item.string().Reveal());
  }
  return texts;
}

}  // namespace injector
