#pragma once
// Where a system keeps the certificate authorities that it trusts. Looked up at run time, because
// a static program runs in images that nobody knew when it was built.

#include <string>

namespace injector::http {

// A PEM file: $SSL_CERT_FILE if that is set, there or not; else the first of these that can be read
//   /etc/ssl/certs/ca-certificates.crt                  Debian, Ubuntu, Alpine, Arch, distroless
//   /etc/pki/tls/certs/ca-bundle.crt                    Fedora, RHEL, Amazon Linux
//   /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem   the same, newer
//   /etc/ssl/ca-bundle.pem                              openSUSE
//   /etc/ssl/cert.pem                                   Alpine's libressl, BSD
// Empty: this system trusts nobody.
std::string FindAuthorities();

}  // namespace injector::http
