#pragma once
// Tokens of GitHub Apps: a connection of type github with the id and the key of an App becomes,
// before a job gets it, one with a token of the App's installation, for an hour at most. The key
// itself stays out of the job. (GitHub Docs, "Generating a JSON Web Token (JWT) for a GitHub App"
// and "Generating an installation access token for a GitHub App".)

#include <chrono>
#include <functional>
#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/http/client/client.h"
#include "injector/model/connection.h"

namespace injector::github {

// Where the API is, without a slash at its end: `api_url`, or else where it is for `host`.
// kInvalidArgument for http:// to another machine, and for a URL with userinfo.
Result<std::string> ApiUrl(const Connection& connection);

// With which the App itself asks. Good for 8 minutes, from a minute ago on: clocks differ.
// kInvalidArgument for a key that is not one of RSA in PEM.
Result<Secret> AppToken(const Connection& connection, std::chrono::system_clock::time_point now);

// Whether it is an App's, and holds no token beside.
bool IsAppWithoutToken(const Connection& connection);

// Sends a request, and again as the caller likes it.
using Send = std::function<Result<http::ClientResponse>(const http::ClientRequest&)>;

// Asks for a token of the installation. Errors name the connection; those of `send`, those of
// http::CheckStatus, kInvalidArgument for a field that cannot be used, kDataLoss for an answer that
// holds no token.
Result<Secret> InstallationToken(const Connection& connection,
                                 std::chrono::system_clock::time_point now, const Send& send);

// `connection` with such a token as its field `token`, asked for again until `deadline` while
// GitHub is unavailable; unchanged unless IsAppWithoutToken(). Blocking.
Result<Connection> WithInstallationToken(Connection connection, const http::ClientOptions& way,
                                         std::chrono::steady_clock::time_point deadline);

// `connection` with the token of `known`, where that was made of the same key for the same
// installation: of what is brought anew, and did not change.
Connection WithTokenOf(const Connection& known, Connection connection);

// The same in form, without asking anybody: for those who show what a job would be given.
Connection WithPretendedToken(Connection connection);

}  // namespace injector::github
