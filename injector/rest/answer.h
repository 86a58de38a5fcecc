#pragma once
// Answers of a REST interface: JSON, and refusals as problem details (RFC 9457). Nothing of a
// request is repeated in a refusal.

#include <string_view>

#include "injector/base/result.h"
#include "injector/http/server/server.h"
#include "injector/model/value.h"

namespace injector::rest {

using Answer = Result<http::ServerResponse>;

http::ServerResponse JsonAnswer(int status, const Value& body);
http::ServerResponse TextAnswer(std::string_view content_type, Secret body);
http::ServerResponse EmptyAnswer();  // 204
// {"status": `status`}
http::ServerResponse StatusAnswer(std::string_view status);
// 404, or 405 with what the path takes instead ("GET, POST").
http::ServerResponse NoRouteAnswer(std::string_view allowed);

// How metrics are served (prometheus.io/docs/instrumenting/exposition_formats).
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

// Errors that HTTP has a status of its own for.
Error UnsupportedMediaType();  // 415
Error TooManyWaiting();        // 503: no room for another long poll

// `error` as an answer. 503 says when to come back; 500 says nothing.
http::ServerResponse RefusalOf(const Error& error);

}  // namespace injector::rest
