#include "injector/inject/steering_names.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

class RefusedNameTest : public ::testing::TestWithParam<const char*> {};

TEST_P(RefusedNameTest, HasAReason) { EXPECT_FALSE(WhySteering(GetParam()).empty()); }

INSTANTIATE_TEST_SUITE_P(
    Rows, RefusedNameTest,
    ::testing::Values(
        "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "GCONV_PATH",
        "GLIBC_TUNABLES", "MALLOC_CHECK_", "LOCPATH", "NLSPATH", "HOSTALIASES", "RES_OPTIONS",
        "TMPDIR", "OPENSSL_CONF", "OPENSSL_ENGINES", "PATH", "CDPATH", "BASH_ENV", "ENV", "IFS",
        "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "SHELL", "ZDOTDIR", "HOME",
        "XDG_CONFIG_HOME", "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS",
        "PYTHONBREAKPOINT", "NODE_OPTIONS", "NODE_PATH", "npm_config_script_shell", "PERL5LIB",
        "PERL5OPT", "PERL5DB", "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS",
        "_JAVA_OPTIONS", "CLASSPATH", "MAVEN_OPTS", "PHPRC", "LUA_INIT", "LUA_INIT_5_4",
        "DOTNET_STARTUP_HOOKS", "CORECLR_PROFILER_PATH", "GOFLAGS", "RUSTC_WRAPPER", "MAKEFLAGS",
        "GIT_SSH_COMMAND", "GIT_SSH", "GIT_ASKPASS", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_COUNT",
        "GIT_CONFIG_GLOBAL", "GIT_EXEC_PATH", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "SSH_AUTH_SOCK",
        "EDITOR", "VISUAL", "PAGER", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_PAGER", "CURL_HOME",
        "CARGO_HOME", "CMAKE_TOOLCHAIN_FILE", "CMAKE_CXX_COMPILER_LAUNCHER", "CARGO_BUILD_RUSTC",
        "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "CC", "CXX", "CPP", "LD", "AR",
        "GUILE_LOAD_PATH", "GUILE_LOAD_COMPILED_PATH", "EMACSLOADPATH", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE", "KUBECONFIG", "DOCKER_HOST", "DOCKER_CONFIG",
        "DOCKER_CONTEXT", "PSQL_EDITOR", "SYSTEMD_PAGER", "BROWSER", "LESSOPEN", "PSQLRC",
        "TAR_OPTIONS", "INJECTOR_SOURCE", "PIPELINE_CONN_DB", "PIPELINE_ENCRYPTION_KEY",
        "SERVICE_CONN_KEY", "CCACHE_PREFIX", "CCACHE_PREFIX_CPP", "CCACHE_COMPILER",
        "CCACHE_CONFIGPATH", "CCACHE_DIR", "DISTCC_SSH", "VIMINIT", "EXINIT", "GVIMINIT",
        "NVIM_APPNAME", "LESS", "LESSKEYIN", "LESSKEY_SYSTEM", "GOENV", "GOROOT", "GOTOOLCHAIN",
        "GOAUTH", "GOCACHEPROG", "ANSIBLE_CONFIG", "ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_SSH_ARGS",
        "ANSIBLE_VAULT_PASSWORD_FILE", "GRADLE_USER_HOME", "GRADLE_OPTS", "JAVA_HOME",
        "HELM_PLUGINS", "HELM_DATA_HOME", "BUNDLE_PATH", "BUNDLE_GEMFILE", "BUNDLE_USER_CONFIG",
        "TF_CLI_CONFIG_FILE", "TF_CLI_ARGS_plan", "TF_DATA_DIR", "PIP_CONFIG_FILE",
        "NPM_CONFIG_USERCONFIG", "npm_config_globalconfig", "DOTNET_ADDITIONAL_DEPS",
        "DOTNET_ROOT_X64", "MYSQL_HOME", "SUDO_ASKPASS", "KRB5_CONFIG", "ODBCINSTINI",
        "RESTIC_PASSWORD_COMMAND", "BORG_PASSCOMMAND", "VAULT_CONFIG_PATH", "GNUPGHOME",
        "PYSPARK_DRIVER_PYTHON", "SPARK_CONF_DIR", "HADOOP_CONF_DIR", "CFLAGS", "LDFLAGS",
        "PKG_CONFIG_PATH", "CMAKE_PREFIX_PATH", "CLOUDSDK_PYTHON", "ZIPOPT", "COMPOSER_HOME"));

class AllowedNameTest : public ::testing::TestWithParam<const char*> {};

TEST_P(AllowedNameTest, HasNone) { EXPECT_EQ(WhySteering(GetParam()), ""); }

// Names that people give their own variables, or that neighbours of refused ones bear.
INSTANTIATE_TEST_SUITE_P(Rows, AllowedNameTest,
                         ::testing::Values("API_TOKEN", "PATHS", "APP_PATH", "ENVIRONMENT", "USER",
                                           "HOST", "GIT_TOKEN", "GIT_BRANCH", "GIT_AUTHOR_NAME",
                                           "PYTHONUNBUFFERED", "NODE_ENV", "AWS_REGION", "PGHOST",
                                           "HTTP_PROXY", "LANG", "TZ", "OLD_X", "PIPELINE_ID",
                                           "DOCKER_REGISTRY", "CARGO_REGISTRY_TOKEN", "SSL_CERT",
                                           "CC_EMAIL", "CMAKE_BUILD_TYPE", "AWS_PROFILE", "path",
                                           "env", "CCACHE_REMOTE_STORAGE", "BAZELISK_GITHUB_TOKEN",
                                           "ANSIBLE_VAULT_PASSWORD", "TF_VAR_token", "TF_TOKEN_x",
                                           "PIP_INDEX_URL", "GOPROXY", "RCLONE_CONFIG_S3_TYPE",
                                           "BUNDLE_GEMS__EXAMPLE__COM", "VAULT_ADDR", "MYSQL_PWD",
                                           "BORG_PASSPHRASE", "RESTIC_PASSWORD"));

class SessionNameTest : public ::testing::TestWithParam<const char*> {};

// A variable may be called so; a field of a connection may not become one.
TEST_P(SessionNameTest, HasAReasonAndSteersNothing) {
  EXPECT_FALSE(WhySessions(GetParam()).empty());
  EXPECT_EQ(WhySteering(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(Rows, SessionNameTest,
                         ::testing::Values("PWD", "OLDPWD", "SHLVL", "COLUMNS", "LINES", "TERM",
                                           "DISPLAY"));

TEST(SessionNames, LeaveTheirNeighboursAlone) {
  for (const char* name : {"USER", "LANG", "HTTP_PROXY", "HOSTNAME", "PWD_FILE", "TERMS"}) {
    EXPECT_EQ(WhySessions(name), "") << name;
  }
}

}  // namespace
}  // namespace injector
