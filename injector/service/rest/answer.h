#pragma once
// Answers of the REST interface: JSON, and refusals as problem details (RFC 9457). Nothing of a
// request is repeated in a refusal.

#include <cstdint>
#include <string>

#include "injector/base/result.h"
#include "injector/http/server/server.h"
#include "injector/model/value.h"
#include "injector/service/page.h"
#include "injector/service/rest/json_object.h"

namespace injector::rest {

using Answer = Result<http::ServerResponse>;

http::ServerResponse JsonAnswer(int status, const Value& body);
http::ServerResponse EmptyAnswer();  // 204

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

// Errors that HTTP has a status of its own for.
Error PreconditionRequired();  // 428
Error UnsupportedMediaType();  // 415
Error TooManyWaiting();        // 503: no room for another long poll

http::ServerResponse Refusal(const Error& error);

}  // namespace injector::rest
