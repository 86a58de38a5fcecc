#include "injector/http/client/authorities.h"

#include <unistd.h>

#include <cstdlib>

namespace injector::http {

std::string FindAuthorities() {
  const char* named = std::getenv("SSL_CERT_FILE");
  if (named != nullptr && *named != '\0') return named;
  for (const char* path : {
           "/etc/ssl/certs/ca-certificates.crt",
           "/etc/pki/tls/certs/ca-bundle.crt",
           "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
           "/etc/ssl/ca-bundle.pem",
           "/etc/ssl/cert.pem",
       }) {
    if (::access(path, R_OK) == 0) return path;
  }
  return {};
}

}  // namespace injector::http
