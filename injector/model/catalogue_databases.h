#pragma once
// The fields of databases and warehouses. For catalogue.cc alone.

#include "injector/model/catalogue_common.h"

namespace injector::catalogue {

inline constexpr std::string_view kPostgresNames[] = {"postgresql"};
// PostgreSQL manual, "Database Connection Control Functions", sslmode.
inline constexpr std::string_view kSslModes[] = {"disable", "allow",     "prefer",
                                                 "require", "verify-ca", "verify-full"};
inline constexpr FieldInfo kPostgres[] = {
    kHost,
    PortField("5432"),
    kLogin,
    kPassword,
    kSchema,
    {.name = "sslmode",
     .help = "disable, allow, prefer, require, verify-ca or verify-full",
     .choices = kSslModes},
    {.name = "sslrootcert", .kind = FieldKind::kPem, .help = "CA certificates of the server"},
    {.name = "sslcert", .kind = FieldKind::kPem, .help = "client certificate"},
    {.name = "sslkey", .kind = FieldKind::kPem, .secret = true, .help = "client private key"},
    {.name = "options", .help = "options for the server, as in PGOPTIONS"},
    {.name = "application_name", .help = "name that the server shows for the session"},
    {.name = "connect_timeout",
     .kind = FieldKind::kNumber,
     .help = "seconds to wait for the server"},
    {.name = "target_session_attrs",
     .help = "of several hosts the one to take, as read-write or prefer-standby"},
};

inline constexpr std::string_view kMysqlNames[] = {"mariadb"};
inline constexpr FieldInfo kMysql[] = {
    kHost,
    PortField("3306"),
    kLogin,
    kPassword,
    kSchema,
    {.name = "ssl_ca", .kind = FieldKind::kPem, .help = "CA certificates of the server"},
    {.name = "charset", .help = "default character set of the client, as utf8mb4"},
};

inline constexpr std::string_view kRedisNames[] = {"rediss"};
inline constexpr std::string_view kRedisDbSynonyms[] = {"schema", "database", "dbname"};
inline constexpr std::string_view kTlsSynonyms[] = {"ssl"};
inline constexpr FieldInfo kRedis[] = {
    Required(kHost),
    PortField("6379"),
    kLogin,
    kPassword,
    {.name = "db",
     .kind = FieldKind::kNumber,
     .help = "number of the database",
     .synonyms = kRedisDbSynonyms},
    {.name = "tls",
     .kind = FieldKind::kBoolean,
     .help = "connect with TLS; that of type rediss does without being told",
     .synonyms = kTlsSynonyms},
};

inline constexpr std::string_view kMongodbNames[] = {"mongo"};
inline constexpr std::string_view kUriSynonyms[] = {"url"};
inline constexpr std::string_view kAuthSourceSynonyms[] = {"authSource"};
inline constexpr FieldInfo kMongodb[] = {
    {.name = "uri",
     .kind = FieldKind::kUrl,
     .help = "whole connection string, instead of its parts",
     .synonyms = kUriSynonyms},
    kHost,
    PortField("27017"),
    kLogin,
    kPassword,
    kSchema,
    {.name = "user_database",
     .help = "database that holds the user, as admin",
     .synonyms = kAuthSourceSynonyms},
    {.name = "srv", .kind = FieldKind::kBoolean, .help = "find the hosts by DNS (mongodb+srv)"},
    {.name = "tls",
     .kind = FieldKind::kBoolean,
     .help = "connect with TLS",
     .synonyms = kTlsSynonyms},
};

inline constexpr std::string_view kDialects[] = {"postgres", "postgresql", "mysql",
                                                 "mariadb",  "sqlite",     "sqlite3"};
inline constexpr FieldInfo kDatabase[] = {
    {.name = "dialect",
     .help = "postgres, mysql or sqlite; taken from the uri when absent",
     .choices = kDialects},
    {.name = "uri",
     .kind = FieldKind::kUrl,
     .help = "whole URL, instead of its parts",
     .synonyms = kUriSynonyms},
    kHost,
    {.name = "port", .kind = FieldKind::kNumber, .help = "TCP port"},
    kLogin,
    kPassword,
    kSchema,
    {.name = "path", .kind = FieldKind::kPath, .help = "file of a sqlite database"},
};

inline constexpr std::string_view kSqlitePathSynonyms[] = {"host", "database", "dbname"};
inline constexpr FieldInfo kSqlite[] = {
    {.name = "path",
     .kind = FieldKind::kPath,
     .required = true,
     .help = "file of the database",
     .synonyms = kSqlitePathSynonyms},
};

inline constexpr std::string_view kDuckdbPathSynonyms[] = {"host", "database", "dbname"};
inline constexpr FieldInfo kDuckdb[] = {
    {.name = "path",
     .kind = FieldKind::kPath,
     .help = "file of the database, or md:NAME",
     .synonyms = kDuckdbPathSynonyms},
    {.name = "motherduck_token", .secret = true, .help = "token of MotherDuck"},
};

// No synonyms: here `database` and `schema` are two things.
inline constexpr FieldInfo kSnowflake[] = {
    {.name = "account", .required = true, .help = "account identifier"},
    {.name = "user", .help = "user name"},
    {.name = "password", .secret = true, .help = "password"},
    {.name = "role", .help = "role to assume"},
    {.name = "warehouse", .help = "warehouse"},
    {.name = "database", .help = "name of the database"},
    {.name = "schema", .help = "schema inside the database"},
    {.name = "private_key",
     .kind = FieldKind::kPem,
     .secret = true,
     .help = "private key, instead of the password"},
};

inline constexpr FieldInfo kSupabase[] = {
    {.name = "url", .kind = FieldKind::kUrl, .required = true, .help = "URL of the project"},
    {.name = "service_role_key", .secret = true, .help = "key that passes row security"},
    {.name = "anon_key", .secret = true, .help = "key of anonymous clients"},
    {.name = "access_token", .secret = true, .help = "token of the management API"},
    {.name = "db_password", .secret = true, .help = "password of the database"},
};

}  // namespace injector::catalogue
