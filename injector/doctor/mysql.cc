// Type mysql: log in as the clients of MySQL and MariaDB would, and SELECT 1. The only file that
// sees libmariadb, which knows every way of logging in that servers ask for.

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/mask.h"
#include "injector/doctor/pem_field.h"
#include "injector/doctor/text_arguments.h"

namespace injector::doctor {
namespace {

struct MysqlDeleter {
  void operator()(MYSQL* mysql) const { mysql_close(mysql); }
};
using Handle = std::unique_ptr<MYSQL, MysqlDeleter>;

// MariaDB documentation, "MariaDB Error Code Reference".
ErrorCode CodeOf(unsigned number) {
  switch (number) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
      return ErrorCode::kUnauthenticated;
    case ER_DBACCESS_DENIED_ERROR:
    case ER_HOST_NOT_PRIVILEGED:
    case ER_HOST_IS_BLOCKED:
      return ErrorCode::kPermissionDenied;
    case ER_BAD_DB_ERROR:
      return ErrorCode::kNotFound;
    case ER_CON_COUNT_ERROR:
      return ErrorCode::kUnavailable;
    default:
      return number >= CR_MIN_ERROR && number <= CR_MAX_ERROR ? ErrorCode::kUnavailable
                                                              : ErrorCode::kFailedPrecondition;
  }
}

struct ErrorRow {
  unsigned number;
  std::string_view meaning;
};
// Its words may be the server's (a server may use libmariadb's numbers as well), so these are ours.
constexpr ErrorRow kErrors[] = {
    {ER_ACCESS_DENIED_ERROR, "access denied"},
    {ER_ACCESS_DENIED_NO_PASSWORD_ERROR, "access denied"},
    {ER_DBACCESS_DENIED_ERROR, "access to the database denied"},
    {ER_HOST_NOT_PRIVILEGED, "the server lets nobody in from this host"},
    {ER_HOST_IS_BLOCKED, "the server has blocked this host"},
    {ER_BAD_DB_ERROR, "the database does not exist"},
    {ER_CON_COUNT_ERROR, "too many connections"},
    {ER_NOT_SUPPORTED_AUTH_MODE, "the server asks for a login that clients no longer know"},
    {CR_SOCKET_CREATE_ERROR, "no socket can be made"},
    {CR_CONNECTION_ERROR, "no connection to the server's socket"},
    {CR_CONN_HOST_ERROR, "no connection to the server"},
    {CR_UNKNOWN_HOST, "the host is not known"},
    {CR_SERVER_GONE_ERROR, "the server has gone away"},
    {CR_VERSION_ERROR, "the server speaks another version of the protocol"},
    {CR_SERVER_HANDSHAKE_ERR, "the server does not greet as MySQL does"},
    {CR_SERVER_LOST, "the server closed the connection"},
    {CR_SERVER_LOST_EXTENDED, "the server closed the connection"},
    {CR_MALFORMED_PACKET, "the server does not speak MySQL's protocol"},
    {CR_SSL_CONNECTION_ERROR, "TLS failed"},
    {CR_AUTH_PLUGIN_CANNOT_LOAD, "the server asks for a login that libmariadb does not have"},
};
// Why TLS failed, in words of OpenSSL and libmariadb.
constexpr std::string_view kTlsWords[] = {
    "certificate verify failed", "self-signed certificate", "certificate has expired",
    "SSL is required, but the server does not support it", "No such file or directory"};

Error Failure(MYSQL* mysql) {
  const unsigned number = mysql_errno(mysql);
  const auto* const row = std::ranges::find(kErrors, number, &ErrorRow::number);
  std::string message(row == std::end(kErrors) ? "the server refuses" : row->meaning);
  const std::string_view why = KnownWords(mysql_error(mysql), kTlsWords);
  if (number == CR_SSL_CONNECTION_ERROR && !why.empty()) message += ": " + std::string(why);
  return Error(CodeOf(number), message + " (error " + std::to_string(number) + ")");
}

struct Login {
  HostAndPort address{};
  bool over_socket = false;
  const char* name = nullptr;
  const char* password = nullptr;
  const char* database = nullptr;
};

Result<Login> ReadLogin(const Connection& connection, TextArguments& texts) {
  Login login;
  ASSIGN_OR_RETURN(const std::string host, PlainField(connection, "host"));
  login.over_socket = host.empty() || host.starts_with('/');
  if (login.over_socket) {
    login.address.host = host;
  } else {
    ASSIGN_OR_RETURN(login.address, Address(connection));
  }
  ASSIGN_OR_RETURN(const Secret name, FieldValue(connection, "login"));
  ASSIGN_OR_RETURN(const Secret password, FieldValue(connection, "password"));
  ASSIGN_OR_RETURN(const Secret database, FieldValue(connection, "schema"));
  login.name = texts.Add(name.Reveal());
  login.password = texts.Add(password.Reveal());
  login.database = texts.Add(database.Reveal());
  return login;
}

void SetOptions(MYSQL* mysql, const Login& login, const PemField& ca, const std::string& charset) {
  // A server may ask its clients for their files.
  const unsigned off = 0;
  mysql_optionsv(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
  if (!login.over_socket) {
    const unsigned tcp = MYSQL_PROTOCOL_TCP;
    mysql_optionsv(mysql, MYSQL_OPT_PROTOCOL, &tcp);
  }
  if (!ca.path.empty()) mysql_optionsv(mysql, MYSQL_OPT_SSL_CA, ca.path.c_str());
  if (!charset.empty()) mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, charset.c_str());
}

}  // namespace

Result<std::string> CheckMysql(CheckContext& context) {
  TextArguments texts;
  ASSIGN_OR_RETURN(const Login login, ReadLogin(context.connection, texts));
  ASSIGN_OR_RETURN(const PemField ca, ReadPemField(context.connection, "ssl_ca"));
  ASSIGN_OR_RETURN(const std::string charset, PlainField(context.connection, "charset"));
  const Handle mysql(mysql_init(nullptr));
  if (!mysql) return Error(ErrorCode::kInternal, "libmariadb: out of memory");
  SetOptions(mysql.get(), login, ca, charset);
  const std::string& host = login.address.host;
  context.say("log in to " + host);
  const char* const name = login.over_socket || host.empty() ? nullptr : host.c_str();
  const char* const socket = login.over_socket && !host.empty() ? host.c_str() : nullptr;
  if (mysql_real_connect(mysql.get(), name, login.name, login.password, login.database,
                         login.address.port, socket, 0) == nullptr) {
    return Failure(mysql.get());
  }
  context.say("SELECT 1 at " + host);
  if (mysql_query(mysql.get(), "SELECT 1") != 0) return Failure(mysql.get());
  return std::string();
}

}  // namespace injector::doctor
