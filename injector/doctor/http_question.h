#pragma once
// Requests as checks send them: with the context's authorities, told to whoever waits, and judged
// by their status. Nothing of an answer's body is shown.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/doctor/check.h"
#include "injector/http/client/client.h"

namespace injector::doctor {

http::ClientRequest Get(std::string url);
http::ClientRequest PostForm(std::string url, Secret body);

http::Header BearerHeader(const Secret& token);
// RFC 7617.
http::Header BasicHeader(const Secret& login, const Secret& password);

// Any status is an answer. `files`: of this connection's own TLS, where it has some.
Result<http::ClientResponse> Ask(CheckContext& context, const http::ClientRequest& request,
                                 http::ClientOptions files = {});

// What a status other than 2xx says of the credential. kUnauthenticated for 401 and 407; as
// http::CheckStatus for the rest.
Status Judge(const http::ClientRequest& request, const http::ClientResponse& response);

// Ask(), and only 2xx will do.
Result<http::ClientResponse> AskForSuccess(CheckContext& context,
                                           const http::ClientRequest& request,
                                           http::ClientOptions files = {});

}  // namespace injector::doctor
