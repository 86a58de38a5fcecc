#include "injector/inject/steering_names.h"

#include <algorithm>
#include <span>

#include "injector/base/variable_name.h"

namespace injector {
namespace {

struct Family {
  std::string_view reason;
  std::span<const std::string_view> patterns;
};

constexpr std::string_view kLoader[] = {"LD_*",  "DYLD_*",  "_RLD*",
                                        "LDR_*", "LIBPATH", "SHLIB_PATH"};
constexpr std::string_view kLibc[] = {
    "GCONV_PATH",   "GETCONF_DIR",      "GLIBC_TUNABLES",  "HOSTALIASES", "LOCALDOMAIN",
    "LOCPATH",      "MALLOC_*",         "MUSL_LOCPATH",    "NIS_PATH",    "NLSPATH",
    "PATH_LOCALE",  "RES_OPTIONS",      "RESOLV_*",        "TZDIR",       "TMPDIR",
    "OPENSSL_CONF", "OPENSSL_*ENGINES", "OPENSSL_MODULES", "TERMCAP",     "TERMINFO*",
    "TERMPATH"};
constexpr std::string_view kLookup[] = {"PATH", "CDPATH", "EXECIGNORE"};
constexpr std::string_view kShell[] = {
    "BASH_*",      "BASHOPTS", "ENV",       "FCEDIT",    "FPATH",           "GLOBIGNORE",
    "HISTFILE",    "IFS",      "INPUTRC",   "MAILPATH",  "NULLCMD",         "PS0",
    "PS1",         "PS2",      "PS3",       "PS4",       "POSIXLY_CORRECT", "PROMPT_COMMAND",
    "READNULLCMD", "SHELL",    "SHELLOPTS", "TMPPREFIX", "ZDOTDIR"};
constexpr std::string_view kHome[] = {"HOME",       "XDG_*_HOME", "XDG_*_DIRS", "XDG_RUNTIME_DIR",
                                      "CARGO_HOME", "CURL_HOME",  "WGETRC"};
constexpr std::string_view kPython[] = {
    "PYTHONBREAKPOINT",    "PYTHONCASEOK",    "PYTHONEXECUTABLE", "PYTHONHOME",
    "PYTHONINSPECT",       "PYTHONPATH",      "PYTHONPLATLIBDIR", "PYTHONPYCACHEPREFIX",
    "PYTHONSTARTUP",       "PYTHONUSERBASE",  "PYTHONWARNINGS",   "PYSPARK_*PYTHON",
    "PYSPARK_SUBMIT_ARGS", "PIP_CONFIG_FILE", "UV_CONFIG_FILE",   "UV_PYTHON"};
constexpr std::string_view kNode[] = {"NODE_OPTIONS",
                                      "NODE_PATH",
                                      "NODE_REPL_EXTERNAL_MODULE",
                                      "BUN_OPTIONS",
                                      "NPM_CONFIG_GIT",
                                      "NPM_CONFIG_NODE_OPTIONS",
                                      "NPM_CONFIG_SCRIPT_SHELL",
                                      "npm_config_git",
                                      "npm_config_node_options",
                                      "npm_config_script_shell",
                                      "NPM_CONFIG_*CONFIG",
                                      "npm_config_*config",
                                      "NPM_CONFIG_PREFIX",
                                      "npm_config_prefix",
                                      "YARN_RC_FILENAME",
                                      "YARN_YARN_PATH",
                                      "YARN_PLUGINS",
                                      "COREPACK_HOME"};
constexpr std::string_view kPerl[] = {"PERL5*", "PERLIO*", "PERLLIB", "PERL_MB_OPT", "PERL_MM_OPT"};
constexpr std::string_view kRuby[] = {
    "RUBYOPT",           "RUBYLIB",        "RUBYPATH",      "RUBYSHELL",
    "GEM_HOME",          "GEM_PATH",       "GEMRC",         "RUBYGEMS_GEMDEPS",
    "BUNDLE_PATH",       "BUNDLE_GEMFILE", "BUNDLE_CONFIG", "BUNDLE_BIN",
    "BUNDLE_APP_CONFIG", "BUNDLE_USER_*",  "RAKEOPT",       "RAKE_SYSTEM"};
constexpr std::string_view kJava[] = {
    "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS",    "JAVA_OPTS",
    "CLASSPATH",         "ANT_OPTS",         "GRADLE_OPTS",      "MAVEN_ARGS",
    "MAVEN_OPTS",        "SBT_OPTS",         "JAVA_HOME",        "JRE_HOME",
    "JAVACMD",           "JDK_HOME",         "GRADLE_USER_HOME", "GRADLE_HOME",
    "MAVEN_CONFIG",      "MAVEN_HOME",       "M2_HOME",          "MAVEN_USER_HOME",
    "ANT_HOME",          "ANT_ARGS",         "SPARK_HOME",       "SPARK_CONF_DIR",
    "SPARK_*OPTS",       "HADOOP_HOME",      "HADOOP_*_HOME",    "HADOOP_CONF_DIR",
    "HADOOP_*OPTS"};
constexpr std::string_view kOtherRuntimes[] = {"PHPRC",
                                               "PHP_INI_SCAN_DIR",
                                               "LUA_INIT*",
                                               "LUA_PATH*",
                                               "LUA_CPATH*",
                                               "R_ENVIRON*",
                                               "R_LIBS*",
                                               "R_PROFILE*",
                                               "TCLLIBPATH",
                                               "JULIA_LOAD_PATH",
                                               "JULIA_DEPOT_PATH",
                                               "ERL_*FLAGS",
                                               "ELIXIR_ERL_OPTIONS",
                                               "DOTNET_STARTUP_HOOKS",
                                               "DOTNET_ADDITIONAL_DEPS",
                                               "DOTNET_SHARED_STORE",
                                               "DOTNET_ROOT*",
                                               "DOTNET_HOST_PATH",
                                               "NUGET_PLUGIN_PATHS",
                                               "MSBUILD*SDK*PATH",
                                               "COMPOSER_HOME",
                                               "ERL_LIBS",
                                               "MIX_HOME",
                                               "GUILE_LOAD_PATH",
                                               "GUILE_LOAD_COMPILED_PATH",
                                               "GUILE_EXTENSIONS_PATH",
                                               "EMACSLOADPATH",
                                               "CORECLR_*",
                                               "COR_*PROFILE*",
                                               "GTK_MODULES",
                                               "GIO_EXTRA_MODULES",
                                               "QT_PLUGIN_PATH",
                                               "LIBMYSQL_PLUGIN*"};
// CC and its like name programs as RUSTC does, and make(1) runs them without being told to.
constexpr std::string_view kBuild[] = {"GOFLAGS",
                                       "GOTOOLDIR",
                                       "GOENV",
                                       "GOROOT",
                                       "GOPATH",
                                       "GOBIN",
                                       "GOTOOLCHAIN",
                                       "GOCACHEPROG",
                                       "GOAUTH",
                                       "GOWORK",
                                       "CGO_*FLAGS",
                                       "PKG_CONFIG*",
                                       "RUSTDOC",
                                       "RUSTUP_HOME",
                                       "RUSTUP_TOOLCHAIN",
                                       "CCACHE_PREFIX*",
                                       "CCACHE_COMPILER",
                                       "CCACHE_CONFIGPATH",
                                       "CCACHE_PATH",
                                       "CCACHE_DIR",
                                       "DISTCC_*",
                                       "SCCACHE_CONF",
                                       "ICECC_*",
                                       "CONFIG_SITE",
                                       "CONFIG_SHELL",
                                       "CFLAGS",
                                       "CXXFLAGS",
                                       "CPPFLAGS",
                                       "LDFLAGS",
                                       "CMAKE_*_PATH",
                                       "BAZELISK_BASE_URL",
                                       "BAZELISK_HOME",
                                       "BAZEL_SH",
                                       "RUSTC",
                                       "RUSTC_*WRAPPER",
                                       "RUSTFLAGS",
                                       "CARGO_BUILD_RUSTC*",
                                       "CARGO_BUILD_RUSTFLAGS",
                                       "CARGO_ENCODED_RUSTFLAGS",
                                       "CARGO_TARGET_*_LINKER",
                                       "CARGO_TARGET_*_RUNNER",
                                       "CMAKE_*_LAUNCHER",
                                       "CMAKE_TOOLCHAIN_FILE",
                                       "CC",
                                       "CXX",
                                       "CPP",
                                       "LD",
                                       "AR",
                                       "MAKEFILES",
                                       "MAKEFLAGS",
                                       "GNUMAKEFLAGS",
                                       "MAKESHELL",
                                       "GCC_EXEC_PREFIX",
                                       "COMPILER_PATH"};
// Whoever chooses the authorities can stand between a tool and its server.
constexpr std::string_view kTrust[] = {"SSL_CERT_FILE",     "SSL_CERT_DIR",
                                       "CURL_CA_BUNDLE",    "REQUESTS_CA_BUNDLE",
                                       "AWS_CA_BUNDLE",     "NODE_EXTRA_CA_CERTS",
                                       "GIT_SSL_CAINFO",    "GIT_SSL_CAPATH",
                                       "GIT_SSL_NO_VERIFY", "NODE_TLS_REJECT_UNAUTHORIZED",
                                       "PIP_CERT",          "PYTHONHTTPSVERIFY"};
// AWS's credential_process, kubectl's exec plugins and docker's helpers are commands in these
// files; DOCKER_HOST is sent what docker is told to build and run. The translators' own pass.
constexpr std::string_view kCredentials[] = {"AWS_CONFIG_FILE",    "AWS_SHARED_CREDENTIALS_FILE",
                                             "KUBECONFIG",         "DOCKER_CONFIG",
                                             "DOCKER_CONTEXT",     "DOCKER_HOST",
                                             "CLOUDSDK_CONFIG",    "CLOUDSDK_PYTHON*",
                                             "AZURE_CONFIG_DIR",   "AZURE_EXTENSION_DIR",
                                             "REGISTRY_AUTH_FILE", "BUILDKIT_HOST",
                                             "CONTAINERS_CONF*",   "CONTAINER_HOST"};
// Their settings name programs to run, or their plugins are programs.
constexpr std::string_view kDeployment[] = {"ANSIBLE_CONFIG",
                                            "ANSIBLE_*PLUGIN*",
                                            "ANSIBLE_LIBRARY",
                                            "ANSIBLE_MODULE_UTILS",
                                            "ANSIBLE_ROLES_PATH",
                                            "ANSIBLE_COLLECTIONS_PATH*",
                                            "ANSIBLE_SSH_*",
                                            "ANSIBLE_SCP_*",
                                            "ANSIBLE_SFTP_*",
                                            "ANSIBLE_*EXE*",
                                            "ANSIBLE_PYTHON_INTERPRETER",
                                            "ANSIBLE_*PASSWORD_FILE",
                                            "AIRFLOW_HOME",
                                            "TF_DATA_DIR",
                                            "HELM_PLUGINS",
                                            "HELM_*_HOME",
                                            "TF_CLI_CONFIG_FILE",
                                            "TF_CLI_ARGS*",
                                            "TF_PLUGIN_*",
                                            "TERRAFORM_CONFIG",
                                            "TERRAGRUNT_TFPATH",
                                            "TG_TF_PATH",
                                            "PULUMI_HOME",
                                            "PACKER_CONFIG*",
                                            "PACKER_PLUGIN_PATH",
                                            "VAGRANT_HOME",
                                            "VAGRANT_VAGRANTFILE",
                                            "KUBECTL_EXTERNAL_DIFF",
                                            "KREW_ROOT",
                                            "ASDF_DIR",
                                            "ASDF_DATA_DIR",
                                            "NVM_DIR",
                                            "PYENV_ROOT",
                                            "RBENV_ROOT",
                                            "SDKMAN_DIR",
                                            "PRE_COMMIT_HOME",
                                            "DIRENV_CONFIG"};
constexpr std::string_view kGit[] = {"GIT_ASKPASS",    "GIT_CONFIG*",       "GIT_DIR",
                                     "GIT_EXEC_PATH",  "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND",
                                     "GIT_SSH",        "GIT_SSH_COMMAND",   "GIT_TEMPLATE_DIR",
                                     "GIT_COMMON_DIR", "GIT_WORK_TREE",     "GIT_ALLOW_PROTOCOL"};
constexpr std::string_view kHelpers[] = {
    "SSH_ASKPASS*",     "SUDO_ASKPASS", "SSH_AUTH_SOCK",
    "SVN_SSH",          "CVS_RSH",      "RSYNC_RSH",
    "HGRCPATH",         "PSQLRC",       "RSYNC_CONNECT_PROG",
    "CVS_SERVER",       "HG",           "MYSQL_HOME",
    "KRB5_CONFIG",      "SASL_PATH",    "ODBCSYSINI",
    "ODBCINSTINI",      "MAILCAPS",     "MAILRC",
    "MAGICK_*_PATH",    "GNUPGHOME",    "RESTIC_PASSWORD_COMMAND",
    "BORG_PASSCOMMAND", "BORG_RSH",     "RCLONE_PASSWORD_COMMAND",
    "RCLONE_CONFIG",    "LFTP_HOME",    "VAULT_CONFIG_PATH"};
constexpr std::string_view kEditors[] = {
    "EDITOR",    "*_EDITOR", "VISUAL",       "PAGER",  "*_PAGER",    "MANPAGER", "BROWSER",
    "*_BROWSER", "LESSOPEN", "LESSCLOSE",    "LESS",   "LESSKEY*",   "LESSEDIT", "LESSGLOBALTAGS",
    "VIMINIT",   "GVIMINIT", "EXINIT",       "VIM",    "VIMRUNTIME", "MYVIMRC",  "NVIM*",
    "NEXINIT",   "MYGVIMRC", "SYSTEMD_LESS", "MANOPT", "MANROFFOPT", "DIFFPROG", "SCREENRC"};
constexpr std::string_view kOptions[] = {
    "GREP_OPTIONS", "TAR_OPTIONS",         "TAPE",        "AWKPATH", "AWKLIBPATH",
    "ZIPOPT",       "RIPGREP_CONFIG_PATH", "VALGRIND_LIB"};
constexpr std::string_view kOwn[] = {"INJECTOR_*", "PIPELINE_CONN_*", "PIPELINE_VAR_*",
                                     "PIPELINE_ENCRYPTION_KEY", "SERVICE_CONN_KEY"};

constexpr Family kFamilies[] = {
    {"the dynamic loader loads code by it", kLoader},
    {"the C library and those beside it find code, servers and files by it", kLibc},
    {"commands are found by it", kLookup},
    {"shells run or split commands by it", kShell},
    {"tools find their configuration by it", kHome},
    {"Python finds code by it", kPython},
    {"Node.js and npm find code by it", kNode},
    {"Perl finds code by it", kPerl},
    {"Ruby finds code by it", kRuby},
    {"Java virtual machines take options by it", kJava},
    {"an interpreter finds code by it", kOtherRuntimes},
    {"build tools run programs by it", kBuild},
    {"tools trust servers by it", kTrust},
    {"tools find commands to run, or where to log in, by it", kCredentials},
    {"deployment tools find plugins and programs to run by it", kDeployment},
    {"git runs programs and finds repositories by it", kGit},
    {"tools run programs for passwords and connections by it", kHelpers},
    {"tools run an editor, pager or browser by it", kEditors},
    {"a tool takes options by it", kOptions},
    {"it is a setting of ours, which a runner-shim inside the job would obey", kOwn},
};

constexpr std::string_view kShellsOwn[] = {"PWD", "OLDPWD", "SHLVL", "COLUMNS", "LINES"};
constexpr std::string_view kTerminal[] = {"TERM", "DISPLAY"};

constexpr Family kSessionFamilies[] = {
    {"shells keep the state of the session in it", kShellsOwn},
    {"programs take the kind of terminal from it", kTerminal},
};

std::string_view ReasonIn(std::span<const Family> families, std::string_view name) {
  if (name.empty()) return {};
  // Nearly all differ in the first letter, and every variable of every connection is asked about.
  const auto matches = [name](std::string_view pattern) {
    const bool may = pattern.front() == name.front() || pattern.front() == '*';
    return may && GlobMatches(pattern, name);
  };
  for (const Family& family : families) {
    if (std::any_of(family.patterns.begin(), family.patterns.end(), matches)) return family.reason;
  }
  return {};
}

}  // namespace

std::string_view WhySteering(std::string_view name) { return ReasonIn(kFamilies, name); }

std::string_view WhySessions(std::string_view name) { return ReasonIn(kSessionFamilies, name); }

}  // namespace injector
