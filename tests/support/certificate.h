#pragma once
// Certificates for tests of TLS.

#include <string>

#include "tests/support/temp_dir.h"

namespace injector::testing {

struct CertificateFiles {
  std::string certificate;  // its own authority
  std::string key;
};

// <name>.crt and <name>.key in `directory`, valid for a day or two, for `host` as openssl spells
// it: "IP:127.0.0.1", "DNS:ci.example.com". Ends the test program when openssl(1) fails.
CertificateFiles MakeCertificate(const TempDir& directory, const std::string& name,
                                 const std::string& host);

}  // namespace injector::testing
