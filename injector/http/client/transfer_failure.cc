#include "injector/http/client/transfer_failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <charconv>
#include <utility>

namespace injector::http {
namespace {

constexpr int kNoAlert = -1;

// The alert (RFC 8446, section 6) by which the other side has ended TLS: libcurl quotes OpenSSL, as
// in "error:0A000418:SSL routines::tlsv1 alert unknown ca". kNoAlert when there was none.
int TlsAlertIn(const std::string& words) {
  constexpr std::string_view kMark = "error:";
  const std::size_t mark = words.find(kMark);
  if (mark == std::string::npos) return kNoAlert;
  const char* code_text = words.data() + mark + kMark.size();
  constexpr int kHex = 16;
  unsigned long code = 0;
  std::from_chars(code_text, words.data() + words.size(), code, kHex);
  const bool is_alert =
      ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET;
  return is_alert ? ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET : kNoAlert;
}

// Under TLS 1.3 it comes after the handshake, in place of an answer.
bool IsAboutOurCertificate(int alert) {
  switch (alert) {
    case SSL_AD_NO_CERTIFICATE:
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

Error CertificateRefused(int alert, const ClientOptions& options, const std::string& what) {
  const std::string why =
      alert == kNoAlert ? "" : std::string(": ") + SSL_alert_desc_string_long(alert);
  if (options.certificate_file.empty()) {
    return Error(ErrorCode::kUnauthenticated, what + ": a client certificate is wanted" + why)
        .WithHint("give one: --client-cert FILE, --client-key FILE");
  }
  return Error(ErrorCode::kUnauthenticated,
               what + ": the client certificate " + options.certificate_file + " is refused" + why)
      .WithHint("the other side has to know who issued what --client-cert names, and when it ends");
}

Error ProxyRefused(long status, const std::string& what) {
  const ErrorCode code = CodeOfStatus(static_cast<int>(status));
  const bool is_final = code != ErrorCode::kUnavailable;
  constexpr long kLoginWanted = 407;
  return Error(is_final ? ErrorCode::kPermissionDenied : code,
               what + ": the proxy answers with status " + std::to_string(status))
      .WithHint(status == kLoginWanted ? "https_proxy: http://USER:PASSWORD@HOST:PORT"
                                       : "no_proxy names hosts that are asked without the proxy");
}

ErrorCode CodeOf(const TransferFailure& failure, const ClientOptions& options) {
  switch (failure.outcome) {
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
      return ErrorCode::kInvalidArgument;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CIPHER:
      return ErrorCode::kPermissionDenied;
    case CURLE_SSL_CONNECT_ERROR:
      // A handshake that was cut off may succeed next time; one that was refused will not.
      return failure.os_error != 0 ? ErrorCode::kUnavailable : ErrorCode::kPermissionDenied;
    case CURLE_COULDNT_CONNECT:
      // A Unix socket that this user may not use; waiting changes nothing. (Over the network it is
      // a route that is refused for now.)
      return failure.os_error == EACCES && !options.unix_socket.empty()
                 ? ErrorCode::kPermissionDenied
                 : ErrorCode::kUnavailable;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_PROXY:
      return ErrorCode::kUnavailable;
    case CURLE_UNSUPPORTED_PROTOCOL:  // also an answer without a status line
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
    case CURLE_HTTP2:
      return ErrorCode::kDataLoss;
    default:
      return ErrorCode::kInternal;
  }
}

// Where it is a Unix socket: libcurl would name the host of the URL, which nobody connects to.
Error NoSocket(const TransferFailure& failure, const ClientOptions& options) {
  const Error failed =
      Error::FromErrno(static_cast<int>(failure.os_error), "connect to " + options.unix_socket);
  return Error(CodeOf(failure, options), failed.message());
}

}  // namespace

Error ErrorOf(const TransferFailure& failure, const ClientOptions& options,
              const std::string& what) {
  if (failure.outcome == CURLE_COULDNT_CONNECT && !options.unix_socket.empty()) {
    return NoSocket(failure, options);
  }
  if (failure.words.starts_with("Unsupported proxy")) {
    return Error(ErrorCode::kInvalidArgument,
                 what + ": the proxy of the environment is no URL of one")
        .WithHint("https_proxy, all_proxy: http://[USER:PASSWORD@]HOST[:PORT], percent-encoded");
  }
  constexpr long kFirstRefusal = 300;
  if (failure.proxy_status >= kFirstRefusal) return ProxyRefused(failure.proxy_status, what);
  const int alert = TlsAlertIn(failure.words);
  if (failure.outcome == CURLE_SSL_CLIENTCERT || IsAboutOurCertificate(alert)) {
    return CertificateRefused(alert, options, what);
  }
  Error error(CodeOf(failure, options), what + ": " + failure.words);
  const bool is_cut = failure.outcome == CURLE_SEND_ERROR || failure.outcome == CURLE_RECV_ERROR;
  if (is_cut && !options.certificate_file.empty()) {
    // Servers that close at once, with what we sent unread, take their alert away with them.
    return std::move(error).WithHint(
        "again and again, it may be that the other side refuses what --client-cert names");
  }
  if (failure.outcome != CURLE_PEER_FAILED_VERIFICATION) return error;
  return std::move(error).WithHint(failure.authorities.empty()
                                       ? "no certificate authorities are here: name a file"
                                       : "the authorities are those of " + failure.authorities);
}

}  // namespace injector::http
