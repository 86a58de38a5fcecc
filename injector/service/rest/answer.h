#pragma once
// Answers that only the service gives: versions, pages, and its refusals.

#include <cstdint>
#include <string>

#include "injector/base/result.h"
#include "injector/http/server/server.h"
#include "injector/model/value.h"
#include "injector/rest/answer.h"
#include "injector/rest/json_object.h"
#include "injector/service/page.h"

namespace injector::rest {

// The version of what is answered as its ETag.
http::ServerResponse WithEtag(http::ServerResponse response, std::int64_t version);

// {items, next}
template <typename T, typename ToJson>
http::ServerResponse PageAnswer(const Page<T>& page, ToJson to_json) {
  std::vector<Value> items;
  items.reserve(page.items.size());
  for (const T& item : page.items) items.push_back(to_json(item));
  ObjectBuilder body;
  body.Add("items", Value::List(std::move(items)));
  body.Add("next", page.next.empty() ? Value() : Value::String(page.next));
  return JsonAnswer(200, std::move(body).Build());
}

// An error that HTTP has a status of its own for: 428.
Error PreconditionRequired();

http::ServerResponse Refusal(const Error& error);

}  // namespace injector::rest
