#include "injector/http/server/tls_context.h"

#include <openssl/err.h>

namespace injector::http {
namespace {

Error Unusable(const std::string& file, std::string_view what) {
  ERR_clear_error();
  return Error(ErrorCode::kInvalidArgument, file + ": " + std::string(what));
}

// Asked for, not demanded: a client without one is still served what needs none.
Status AskForCertificates(SSL_CTX* context, const std::string& authorities) {
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(authorities.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(context, authorities.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return Unusable(authorities, "no readable PEM certificates");
  }
  SSL_CTX_set_client_CA_list(context, names);  // theirs now
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  // A session that is resumed shows no certificate: it would outlive the one that it began with.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return {};
}

}  // namespace

Result<TlsContext::ContextPtr> TlsContext::ReadFiles(const TlsServerOptions& options) {
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) return Error(ErrorCode::kInternal, "TLS does not start");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE);
  // A write may have to be tried again from another buffer (SSL_write(3)).
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_use_certificate_chain_file(context.get(), options.certificate_file.c_str()) != 1) {
    return Unusable(options.certificate_file, "not a readable PEM certificate");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), options.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Unusable(options.key_file, "not a readable PEM key for this certificate");
  }
  if (!options.client_ca_file.empty()) {
    RETURN_IF_ERROR(AskForCertificates(context.get(), options.client_ca_file));
  }
  return context;
}

Result<std::unique_ptr<TlsContext>> TlsContext::Load(const TlsServerOptions& options) {
  std::unique_ptr<TlsContext> tls(new TlsContext(options));
  RETURN_IF_ERROR(tls->Reload());
  return tls;
}

Status TlsContext::Reload() {
  ASSIGN_OR_RETURN(ContextPtr fresh, ReadFiles(options_));
  const std::lock_guard lock(mutex_);
  context_ = std::move(fresh);
  return {};
}

SslPtr TlsContext::NewConnection() const {
  const std::lock_guard lock(mutex_);
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl) SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace injector::http
