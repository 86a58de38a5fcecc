// Type postgres: log in as psql would, and SELECT 1. The only file that sees libpq.

#include <libpq-fe.h>
#include <poll.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "injector/base/unique_fd.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/pem_field.h"
#include "injector/doctor/postgres_error.h"
#include "injector/doctor/text_arguments.h"

namespace injector::doctor {
namespace {

struct PqDeleter {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
template <typename T>
using Handle = std::unique_ptr<T, PqDeleter>;

struct Row {
  const char* keyword;
  std::string_view field;
};
constexpr Row kTexts[] = {{"host", "host"},         {"port", "port"},     {"user", "login"},
                          {"password", "password"}, {"dbname", "schema"}, {"sslmode", "sslmode"},
                          {"options", "options"}};
constexpr Row kFiles[] = {
    {"sslrootcert", "sslrootcert"}, {"sslcert", "sslcert"}, {"sslkey", "sslkey"}};

// What libpq would fill in from our own environment: a job gets the connection's alone.
void ForgetEnvironment() {
  const Handle<PQconninfoOption> options(PQconndefaults());
  for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
    if (option->envvar != nullptr) ::unsetenv(option->envvar);
  }
}

class Parameters {
 public:
  Status Read(const CheckContext& context) {
    std::string sslmode;
    for (const Row& row : kTexts) {
      ASSIGN_OR_RETURN(const Secret value, FieldValue(context.connection, row.field));
      if (row.field == "sslmode") sslmode = value.Reveal();
      Add(row.keyword, value.Reveal());
    }
    for (const Row& row : kFiles) {
      ASSIGN_OR_RETURN(PemField file, ReadPemField(context.connection, row.field));
      // Named without verification, libpq would verify after all, and psql would not.
      const bool ours = row.field == "sslrootcert" && sslmode.starts_with("verify-");
      if (file.path.empty() && ours) file.path = context.ca_file;
      Add(row.keyword, file.path);
      files_.push_back(std::move(file));
    }
    Add("application_name", "injector");
    return {};
  }

  Handle<PGconn> Connect() {
    keywords_.push_back(nullptr);
    values_.push_back(nullptr);
    return Handle<PGconn>(PQconnectStartParams(keywords_.data(), values_.data(), 0));
  }

 private:
  void Add(const char* keyword, std::string_view value) {
    if (value.empty()) return;
    keywords_.push_back(keyword);
    values_.push_back(texts_.Add(value));
  }

  TextArguments texts_;
  std::vector<PemField> files_;
  std::vector<const char*> keywords_;
  std::vector<const char*> values_;
};

// "The nonblocking way", because only so can the verbosity be set before there is an error.
void FinishConnecting(PGconn* connection) {
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    pollfd socket{PQsocket(connection), events, 0};
    RetryOnEintr([&socket] { return ::poll(&socket, 1, -1); });
    state = PQconnectPoll(connection);
  }
}

Error Failure(PGconn* connection) {
  const PostgresError error = ParsePostgresError(PQerrorMessage(connection));
  return Error(CodeOfPostgresState(error.state), DescribePostgresError(error));
}

}  // namespace

Result<std::string> CheckPostgres(CheckContext& context) {
  ForgetEnvironment();
  Parameters parameters;
  RETURN_IF_ERROR(parameters.Read(context));
  ASSIGN_OR_RETURN(const std::string host, PlainField(context.connection, "host"));
  context.say("log in to " + host);
  const Handle<PGconn> connection = parameters.Connect();
  if (!connection) return Error(ErrorCode::kInternal, "libpq: out of memory");
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  if (PQstatus(connection.get()) != CONNECTION_BAD) FinishConnecting(connection.get());
  if (PQstatus(connection.get()) != CONNECTION_OK) return Failure(connection.get());
  context.say("SELECT 1 at " + host);
  const Handle<PGresult> result(PQexec(connection.get(), "SELECT 1"));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return Failure(connection.get());
  return std::string();
}

}  // namespace injector::doctor
