#include "tests/integration/service/openapi_document.h"

#include <algorithm>
#include <array>
#include <regex>

#include "injector/base/clock.h"
#include "injector/model/json.h"

namespace injector::testing {
namespace {

std::string Text(const Value& value) { return std::string(value.string().Reveal()); }

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> segments;
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    segments.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

bool Fits(const std::string& pattern, std::string_view path) {
  const std::vector<std::string> wanted = Split(pattern);
  const std::vector<std::string> given = Split(path);
  return wanted.size() == given.size() &&
         std::equal(wanted.begin(), wanted.end(), given.begin(),
                    [](const std::string& a, const std::string& b) {
                      return a.starts_with('{') || a == b;
                    });
}

std::string KindName(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kBool:
      return "boolean";
    case Value::Kind::kNumber:
      return value.number_text().find_first_of(".eE") == std::string::npos ? "integer" : "number";
    case Value::Kind::kString:
      return "string";
    case Value::Kind::kList:
      return "array";
    case Value::Kind::kMap:
      return "object";
  }
  return "";
}

bool IsOfType(const Value& type, const Value& value) {
  if (type.kind() == Value::Kind::kList) {
    return std::any_of(type.items().begin(), type.items().end(),
                       [&](const Value& one) { return IsOfType(one, value); });
  }
  return Text(type) == KindName(value);
}

bool HasFormat(const std::string& format, const std::string& text) {
  static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  if (format == "uuid") return std::regex_match(text, uuid);
  return format == "date-time" && ParseRfc3339(text).has_value();
}

}  // namespace

std::vector<std::string> OpenApiDocument::Operations() const {
  std::vector<std::string> operations;
  for (const Value::Member& path : document_.Find("paths")->members()) {
    for (const char* method : {"get", "post", "patch", "delete"}) {
      if (path.value.Find(method) == nullptr) continue;
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(), ::toupper);
      operations.push_back(name + " " + path.name);
    }
  }
  return operations;
}

const Value* OpenApiDocument::FindPath(std::string_view path) const {
  const Value* found = nullptr;
  for (const Value::Member& member : document_.Find("paths")->members()) {
    if (member.name == path) return &member.value;
    if (Fits(member.name, path)) found = &member.value;
  }
  return found;
}

const Value& OpenApiDocument::Resolve(const Value& node) const {
  const Value* reference = node.Find("$ref");
  if (reference == nullptr) return node;
  const Value* target = &document_;
  for (const std::string& name : Split(Text(*reference).substr(1))) target = target->Find(name);
  return *target;
}

std::string OpenApiDocument::Violation(const SeenExchange& exchange) const {
  const Value* path = FindPath(exchange.path);
  std::string method = exchange.method;
  std::transform(method.begin(), method.end(), method.begin(), ::tolower);
  const Value* operation = path == nullptr ? nullptr : path->Find(method);
  if (operation == nullptr) {
    // What is not in the document must not be there.
    const bool refused = exchange.status >= 400 && exchange.status < 500;
    return refused ? "" : "an operation that is not described";
  }
  const Value* responses = operation->Find("responses");
  const Value* response = responses->Find(std::to_string(exchange.status));
  if (response == nullptr && exchange.status >= 400) response = responses->Find("default");
  if (response == nullptr) return "status " + std::to_string(exchange.status);
  return CheckBody(Resolve(*response), exchange);
}

std::string OpenApiDocument::CheckBody(const Value& response, const SeenExchange& exchange) const {
  const Value* content = response.Find("content");
  if (content == nullptr) return exchange.body.empty() ? "" : "a body where there is none";
  const std::string type = exchange.content_type.substr(0, exchange.content_type.find(';'));
  const Value* media = content->Find(type);
  if (media == nullptr) return "content type " + type;
  if (!type.ends_with("json")) return "";
  const Result<Value> body = ParseJson(exchange.body);
  if (!body.ok()) return "a body that is no JSON";
  return Check(*media->Find("schema"), *body, "body");
}

std::string OpenApiDocument::Check(const Value& schema_or_reference, const Value& value,
                                   const std::string& where) const {
  const Value& schema = Resolve(schema_or_reference);
  static constexpr std::array<std::string_view, 17> kKnown = {"type",
                                                              "enum",
                                                              "format",
                                                              "pattern",
                                                              "minimum",
                                                              "maximum",
                                                              "default",
                                                              "maxLength",
                                                              "title",
                                                              "properties",
                                                              "additionalProperties",
                                                              "required",
                                                              "items",
                                                              "maxItems",
                                                              "$ref",
                                                              "oneOf",
                                                              "description"};
  for (const Value::Member& keyword : schema.members()) {
    if (std::find(kKnown.begin(), kKnown.end(), keyword.name) == kKnown.end()) {
      return where + ": schema keyword " + keyword.name;
    }
  }
  const Value* type = schema.Find("type");
  if (type != nullptr && !IsOfType(*type, value)) return where + ": a " + KindName(value);
  if (value.kind() == Value::Kind::kMap) return CheckObject(schema, value, where);
  if (value.kind() == Value::Kind::kList && schema.Find("items") != nullptr) {
    for (const Value& item : value.items()) {
      if (std::string bad = Check(*schema.Find("items"), item, where + "[]"); !bad.empty()) {
        return bad;
      }
    }
  }
  return CheckScalar(schema, value, where);
}

std::string OpenApiDocument::CheckObject(const Value& schema, const Value& value,
                                         const std::string& where) const {
  if (const Value* required = schema.Find("required")) {
    for (const Value& name : required->items()) {
      if (value.Find(Text(name)) == nullptr) return where + ": no " + Text(name);
    }
  }
  const Value* properties = schema.Find("properties");
  const Value* others = schema.Find("additionalProperties");
  for (const Value::Member& member : value.members()) {
    const Value* property = properties == nullptr ? nullptr : properties->Find(member.name);
    if (property == nullptr && others != nullptr && others->kind() == Value::Kind::kBool) {
      return where + ": member " + member.name;
    }
    if (property == nullptr) property = others;
    if (property == nullptr) continue;
    std::string bad = Check(*property, member.value, where + "." + member.name);
    if (!bad.empty()) return bad;
  }
  return "";
}

std::string OpenApiDocument::CheckScalar(const Value& schema, const Value& value,
                                         const std::string& where) const {
  if (const Value* allowed = schema.Find("enum")) {
    const bool fits = std::any_of(allowed->items().begin(), allowed->items().end(),
                                  [&](const Value& one) { return one == value; });
    if (!fits) return where + ": none of the enum";
  }
  const Value* format = schema.Find("format");
  if (format != nullptr && value.kind() == Value::Kind::kString &&
      !HasFormat(Text(*format), Text(value))) {
    return where + ": no " + Text(*format);
  }
  return "";
}

}  // namespace injector::testing
