#include "tests/support/certificate.h"

#include <cstdlib>
#include <iostream>

#include "tests/support/run_program.h"

namespace injector::testing {

CertificateFiles MakeCertificate(const TempDir& directory, const std::string& name,
                                 const std::string& host) {
  const CertificateFiles files{directory / (name + ".crt"), directory / (name + ".key")};
  ProgramRun run;
  run.argv = {"openssl",
              "req",
              "-x509",
              "-newkey",
              "ec",
              "-pkeyopt",
              "ec_paramgen_curve:P-256",
              "-nodes",
              "-days",
              "2",
              "-subj",
              "/CN=test",
              "-addext",
              "subjectAltName=" + host,
              "-keyout",
              files.key,
              "-out",
              files.certificate};
  const ProgramResult made = RunProgram(run);
  if (made.exit_status == 0) return files;
  std::cerr << "openssl: " << made.err << "\n";
  std::abort();
}

}  // namespace injector::testing
