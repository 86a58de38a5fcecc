// Type kubernetes: what version the API server has, which it tells nobody whose token it refuses.

#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"
#include "injector/doctor/pem_field.h"

namespace injector::doctor {

Result<std::string> CheckKubernetes(CheckContext& context) {
  ASSIGN_OR_RETURN(const std::string server, PlainField(context.connection, "server"));
  if (server.empty()) return std::string("not tried: a whole kubeconfig is not looked into");
  ASSIGN_OR_RETURN(const std::string base, BaseUrl(server));
  ASSIGN_OR_RETURN(const PemField ca, ReadPemField(context.connection, "ca"));
  ASSIGN_OR_RETURN(const PemField certificate, ReadPemField(context.connection, "client_cert"));
  ASSIGN_OR_RETURN(const PemField key, ReadPemField(context.connection, "client_key"));
  ASSIGN_OR_RETURN(const Secret token, FieldValue(context.connection, "token"));
  http::ClientRequest request = Get(base + "/version");
  if (!token.empty()) request.headers.push_back(BearerHeader(token));
  http::ClientOptions files;
  files.ca_file = ca.path;
  files.certificate_file = certificate.path;
  files.key_file = key.path;
  RETURN_IF_ERROR(AskForSuccess(context, request, std::move(files)));
  return std::string();
}

}  // namespace injector::doctor
