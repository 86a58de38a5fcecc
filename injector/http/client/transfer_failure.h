#pragma once
// Why a transfer of libcurl's has failed, in the project's terms.

#include <curl/curl.h>

#include <string>

#include "injector/base/error.h"
#include "injector/http/client/client.h"

namespace injector::http {

struct TransferFailure {
  CURLcode outcome;
  long os_error = 0;      // an errno; 0: none
  long proxy_status = 0;  // what a proxy has answered to CONNECT; 0: there was none
  // libcurl's own: they name hosts, ports and files, and nothing that was sent. But for those of a
  // proxy's URL, which are not shown: they quote it, user and password included.
  std::string words;
  std::string authorities;  // the file by which the other side was to be verified; empty: none
};

// As Client::Send() documents its errors. `what` is the request, for the message.
Error ErrorOf(const TransferFailure& failure, const ClientOptions& options,
              const std::string& what);

// Of a status that is no success, as CheckStatus() documents it.
ErrorCode CodeOfStatus(int status);

}  // namespace injector::http
