#include "injector/http/client/client.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#ifdef INJECTOR_STATIC
#include <nss.h>
#endif

#include <algorithm>
#include <mutex>

#include "injector/base/ascii.h"
#include "injector/http/client/authorities.h"
#include "injector/http/client/curl_memory.h"
#include "injector/http/client/sigpipe_guard.h"
#include "injector/http/client/transfer_failure.h"

namespace injector::http {
namespace {

struct ListDeleter {
  // The lines hold tokens.
  void operator()(curl_slist* list) const {
    for (curl_slist* line = list; line != nullptr; line = line->next) {
      Wipe(line->data, std::string_view(line->data).size());
    }
    curl_slist_free_all(list);
  }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

void InitialiseOnce() {
  static std::once_flag once;
  std::call_once(once, [] {
#ifdef INJECTOR_STATIC
    // The image's nsswitch.conf would have the static glibc load the image's own libnss libraries,
    // which are of another glibc, or planted.
    __nss_configure_lookup("hosts", "files dns");
#endif
    StartCurl();
  });
}

// "GET https://host/path", without what may be a secret.
std::string Describe(const ClientRequest& request) {
  return request.method + " " + request.url.substr(0, request.url.find_first_of("?#"));
}

bool HasUserinfo(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

bool IsHeaderSafe(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Result<HeaderList> MakeHeaderList(const ClientRequest& request) {
  HeaderList list;
  const auto append = [&list](std::string_view line) {
    std::string text(line);
    curl_slist* longer = curl_slist_append(list.get(), text.c_str());
    Wipe(text);
    if (longer == nullptr) return false;
    if (!list) list.reset(longer);
    return true;
  };
  // curl would wait for "100 Continue" before a larger body.
  bool complete = append("Expect:");
  for (const Header& header : request.headers) {
    if (!IsHeaderSafe(header.name) || !IsHeaderSafe(header.value.Reveal())) {
      return Error(ErrorCode::kInvalidArgument, "header: holds a line break or a NUL byte");
    }
    const Secret line = Secret::Concat({header.name, ": ", header.value.Reveal()});
    complete = complete && append(line.Reveal());
  }
  if (!complete) return Error(ErrorCode::kInternal, "out of memory");
  return list;
}

}  // namespace

std::optional<std::string_view> ClientResponse::FindHeader(std::string_view name) const {
  for (const Header& header : headers) {
    if (ToAsciiLower(header.name) == ToAsciiLower(name)) return header.value.Reveal();
  }
  return std::nullopt;
}

void Client::EasyDeleter::operator()(void* easy) const { curl_easy_cleanup(easy); }
void Client::MultiDeleter::operator()(void* multi) const { curl_multi_cleanup(multi); }

// One request under way: what curl's callbacks write to.
class Client::Transfer {
 public:
  Transfer(void* multi, void* curl, const ClientRequest& request)
      : multi_(multi), curl_(curl), request_(request) {}

  Result<ClientResponse> Run(const ClientOptions& options) {
    ASSIGN_OR_RETURN(const HeaderList headers, MakeHeaderList(request_));
    SetRequest(headers.get());
    SetConnection(options);
    const SigpipeGuard guard;
    const CURLcode outcome = Perform();
    if (request_.stop.stop_requested()) {
      return Error(ErrorCode::kDeadlineExceeded, Describe(request_) + ": given up");
    }
    if (outcome != CURLE_OK) return Failure(outcome, options);
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    response_.body = std::move(body_).Build();
    return std::move(response_);
  }

 private:
  static constexpr std::size_t kMostHeaderBytes = std::size_t{64} << 10;

  template <typename Value>
  void Set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }

  CURLcode Perform() {
    if (curl_multi_add_handle(multi_, curl_) != CURLM_OK) return CURLE_FAILED_INIT;
    {
      const std::stop_callback wake(request_.stop, [this] { curl_multi_wakeup(multi_); });
      int running = 1;
      CURLMcode state = CURLM_OK;
      while (running > 0 && state == CURLM_OK && !request_.stop.stop_requested()) {
        state = curl_multi_perform(multi_, &running);
        // Returns earlier: when there is something to do, when a time-out is over, when woken.
        constexpr int kAtMostMs = 1000;
        if (running > 0) curl_multi_poll(multi_, nullptr, 0, kAtMostMs, nullptr);
      }
    }
    int left = 0;
    const CURLMsg* done = curl_multi_info_read(multi_, &left);
    const CURLcode outcome = done != nullptr ? done->data.result : CURLE_ABORTED_BY_CALLBACK;
    curl_multi_remove_handle(multi_, curl_);
    return outcome;
  }

  void SetRequest(curl_slist* headers) {
    Set(CURLOPT_URL, request_.url.c_str());
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_HTTPHEADER, headers);
    Set(CURLOPT_USERAGENT, "injector");
    const std::string_view body = request_.body.Reveal();
    if (!body.empty() || request_.method == "POST") {
      Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      Set(CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
    }
    Set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    if (request_.method == "HEAD") Set(CURLOPT_NOBODY, 1L);
    Set(CURLOPT_WRITEFUNCTION, &Transfer::TakeBody);
    Set(CURLOPT_WRITEDATA, this);
    Set(CURLOPT_HEADERFUNCTION, &Transfer::TakeHeader);
    Set(CURLOPT_HEADERDATA, this);
  }

  void SetConnection(const ClientOptions& options) {
    Set(CURLOPT_NOSIGNAL, 1L);  // time-outs without SIGALRM
    // A name lookup that nobody waits for any more ends by itself, in a thread of its own.
    Set(CURLOPT_QUICK_EXIT, 1L);
    Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
    Set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_timeout.count()));
    Set(CURLOPT_ERRORBUFFER, message_);
    if (!options.unix_socket.empty()) {
      Set(CURLOPT_UNIX_SOCKET_PATH, options.unix_socket.c_str());
      Set(CURLOPT_PROXY, "");
    }
    if (IsEncrypted()) {
      SetTls(options);
    } else {
      Set(CURLOPT_PROXY, "");
    }
  }

  // Not for the sidecar's socket: files are looked for, which a job's start would wait for.
  void SetTls(const ClientOptions& options) {
    Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    const std::string authorities = Authorities(options);
    if (!authorities.empty()) Set(CURLOPT_CAINFO, authorities.c_str());  // copied
    // An https proxy is of the network, whoever vouches for the service.
    const std::string of_system = FindAuthorities();
    if (!of_system.empty()) Set(CURLOPT_PROXY_CAINFO, of_system.c_str());
    Set(CURLOPT_SSL_CTX_FUNCTION, &Transfer::SetUpTls);
    Set(CURLOPT_CA_CACHE_TIMEOUT, 0L);  // else they are read once a day
    if (!options.certificate_file.empty()) {
      Set(CURLOPT_SSLCERT, options.certificate_file.c_str());
      Set(CURLOPT_SSLKEY, options.key_file.c_str());
    }
  }

  bool IsEncrypted() const { return request_.url.starts_with("https:"); }
  static std::string Authorities(const ClientOptions& options) {
    return options.ca_file.empty() ? FindAuthorities() : options.ca_file;
  }

  // OpenSSL's buffer would keep what was decrypted until the next answer comes.
  static CURLcode SetUpTls(CURL*, void* context, void*) {
    SSL_CTX_set_options(static_cast<SSL_CTX*>(context), SSL_OP_CLEANSE_PLAINTEXT);
    return CURLE_OK;
  }

  static std::size_t TakeBody(const char* bytes, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (size > transfer.request_.max_body_bytes - transfer.body_.size()) {
      transfer.too_long_ = true;
      return 0;
    }
    transfer.body_.Append({bytes, size});
    return size;
  }

  static std::size_t TakeHeader(const char* bytes, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.AddHeader({bytes, size}) ? size : 0;
  }

  bool AddHeader(std::string_view line) {
    header_bytes_ += line.size();
    too_long_ = header_bytes_ > kMostHeaderBytes;
    if (too_long_) return false;
    // Only the last of several status lines ("100 Continue") begins the answer.
    if (line.starts_with("HTTP/")) response_.headers.clear();
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.starts_with("HTTP/")) return true;
    response_.headers.push_back({std::string(line.substr(0, colon)),
                                 Secret::CopyOf(StripAsciiSpace(line.substr(colon + 1)))});
    return true;
  }

  Error Failure(CURLcode outcome, const ClientOptions& options) const {
    if (too_long_) {
      return Error(ErrorCode::kDataLoss, Describe(request_) + ": the answer is too long");
    }
    TransferFailure failure{.outcome = outcome,
                            .os_error = 0,
                            .proxy_status = 0,
                            .words = message_[0] != '\0' ? message_ : curl_easy_strerror(outcome),
                            .authorities = Authorities(options)};
    curl_easy_getinfo(curl_, CURLINFO_OS_ERRNO, &failure.os_error);
    curl_easy_getinfo(curl_, CURLINFO_HTTP_CONNECTCODE, &failure.proxy_status);
    return ErrorOf(failure, options, Describe(request_));
  }

  void* multi_;
  void* curl_;
  const ClientRequest& request_;
  ClientResponse response_;
  SecretBuilder body_;
  std::size_t header_bytes_ = 0;
  bool too_long_ = false;
  char message_[CURL_ERROR_SIZE] = {};
};

Client::Client(ClientOptions options) : options_(std::move(options)) {
  InitialiseOnce();
  multi_.reset(curl_multi_init());
  curl_.reset(curl_easy_init());
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<ClientResponse> Client::Send(const ClientRequest& request) {
  if (!curl_ || !multi_) return Error(ErrorCode::kInternal, "libcurl does not start");
  if (HasUserinfo(request.url)) {
    return Error(ErrorCode::kInvalidArgument, "the URL holds a user name or password")
        .WithHint("give credentials by the options made for them");
  }
  Transfer transfer(multi_.get(), curl_.get(), request);
  Result<ClientResponse> response = transfer.Run(options_);
  curl_easy_reset(curl_.get());  // forgets what points into `transfer`; the connection stays
  return response;
}

ErrorCode CodeOfStatus(int status) {
  switch (status) {
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kPermissionDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return ErrorCode::kConflict;
    case 408:
    case 425:
    case 429:
      return ErrorCode::kUnavailable;
    default:
      return status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kFailedPrecondition;
  }
}

Status CheckStatus(const ClientResponse& response, std::string_view what) {
  const int status = response.status;
  if (status >= 200 && status < 300) return {};
  return Error(CodeOfStatus(status), std::string(what) + ": status " + std::to_string(status));
}

}  // namespace injector::http
