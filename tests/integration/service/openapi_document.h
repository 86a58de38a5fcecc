#pragma once
// The served OpenAPI document as a judge: whether an exchange is one that it describes. Knows the
// part of JSON Schema (2020-12) that the document uses, and takes anything else for a violation.

#include <string>
#include <string_view>
#include <vector>

#include "injector/model/value.h"

namespace injector::testing {

struct SeenExchange {
  std::string method;
  std::string path;  // without the query
  int status = 0;
  std::string content_type;
  std::string body;
};

class OpenApiDocument {
 public:
  explicit OpenApiDocument(Value document) : document_(std::move(document)) {}

  // What is not as described; empty: all is.
  std::string Violation(const SeenExchange& exchange) const;

  // "GET /api/v1/repos" for each operation.
  std::vector<std::string> Operations() const;

 private:
  const Value* FindPath(std::string_view path) const;
  const Value& Resolve(const Value& node) const;
  std::string CheckBody(const Value& response, const SeenExchange& exchange) const;
  std::string Check(const Value& schema, const Value& value, const std::string& where) const;
  std::string CheckObject(const Value& schema, const Value& value, const std::string& where) const;
  std::string CheckScalar(const Value& schema, const Value& value, const std::string& where) const;

  Value document_;
};

}  // namespace injector::testing
