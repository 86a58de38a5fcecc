// What `runner-shim --help` prints: examples first, then every option from the one table.

#include <string>
#include <string_view>

#include "runner_shim/job/option_table.h"
#include "runner_shim/job/options.h"

namespace runner_shim {
namespace {

constexpr std::string_view kIntroduction =
    R"(runner-shim: runs a command with its credentials in and its secrets out of the log.

  runner-shim [OPTION…] -- COMMAND [ARGUMENT…]
  runner-shim scrub [OPTION…]              stdin to stdout, scrubbed (runner-shim scrub --help)
  runner-shim mask                         inside a job: one more value (runner-shim mask --help)
  runner-shim install DIR                  copies itself there (runner-shim install --help)

Examples:
  # psql finds PGHOST, PGUSER, PGPASSWORD … in its environment; the password is masked in the log
  runner-shim -c @postgres.releases -- psql -c 'select 1'

  # two databases of one type: a prefix keeps their variables apart
  runner-shim -c orders -c archive=ARCHIVE_ -- ./migrate.sh

  # look before you run: names and origins of everything that the job would be given
  runner-shim --dry-run -c @aws -c images

  # another store, its key in a file
  runner-shim --source file:/etc/ci/connections.enc.json --key-file /run/key -c @aws -- ./deploy.sh

  # what the repo's jobs may use, from a credential service; the token stays out of the job
  runner-shim --source https://ci.example.com --repo acme/web --token-file /run/token --attached \
      -- ./deploy.sh

  # a server that reads its files again on HUP; beside a sidecar, no token is needed here
  runner-shim --source sidecar:/run/injector/sidecar.sock -c tls --on-rotate signal:HUP -- ./server

  # nothing asked for: still a complete init and scrubber of inherited secrets
  runner-shim -- ./server
)";

constexpr std::string_view kAfterOptions = R"(
Where a setting comes from, first match:
  1  the flag on the command line      lists, separated by commas, replace the variable's
  2  its variable, in [ ] above        empty counts as not set
  3  the job file
  4  the default
Durations: 500ms, 2s, 5m, 1h.

What the command still sees of our settings:
  never      INJECTOR_*, PIPELINE_ENCRYPTION_KEY, PIPELINE_CONN_*, PIPELINE_VAR_*, SERVICE_CONN_KEY
  set anew   INJECTOR_MASK_SOCKET, for `runner-shim mask` and credential helpers (not with --exec)
  unchanged  what we read of the general ones: HOME, USER, PATH, XDG_RUNTIME_DIR, TMPDIR; working
             directory (but --cwd), descriptors above 2, signal mask and ignored signals, limits
With --clear-env only what --keep-env lists, and what the connections set.

Exit status: the command's own, 128+N when signal N ended it; 123 --on-leak fail; 124 credentials not to
be had in time; 125 runner-shim failed, bad usage, or a credential was refused, missing or damaged; 126
the command cannot be run; 127 it is not there. With --on-rotate restart: that of the last run; what the
command ends with after our TERM counts for nothing, unless somebody else wants it to end as well.
)";

constexpr std::string_view kFilterIntroduction =
    R"(runner-shim scrub: copies stdin to stdout without the secrets.

  PRODUCER | runner-shim scrub [OPTION…] | CONSUMER

Examples:
  # a log that somebody else has written, without what the job was given
  runner-shim scrub -c @aws -c releases <build.log >clean.log

  # values from a file; as a pipe of the shell they are never on a disk
  ./deploy.sh 2>&1 | runner-shim scrub --values <(fetch-secrets --json)

  # fail the step when something had to be masked, and say what
  runner-shim scrub --values values.json --on-leak fail --report report.json <build.log >clean.log

values.json holds strings, bytes that are no text, and values with a name for --report and {name}:
  ["hunter2 hunter3", {"base64": "AAECAwQFBgc="}, {"name": "deploy key", "value": "s3cr3t-key"}]
)";

constexpr std::string_view kAfterFilterOptions = R"(
A flag counts before its variable, the variable before the default. Lists are separated by
commas. Inherited variables are scrubbed only where --scrub-env asks for it. Formats of both files, and
what is found and what is not: deploy/guides/security.md.

Exit status: 0 at the end of the input; 123 --on-leak fail; 124 credentials not to be had in time; 125
runner-shim failed or bad usage. When CONSUMER goes away it ends as cat does: by SIGPIPE (141).
)";

constexpr std::string_view kMaskHelp = R"(runner-shim mask: from now on, one more value is a secret.

  printf %s "$VALUE" | runner-shim mask

To be called inside a job that runs under runner-shim, with the value on stdin: any bytes, 64 KiB at
most. When it returns, the value is masked in all output of the job that has not left the shim, in every
form, as if the job had started with it. In a shim inside a shim both learn it.

Example:
  token=$(curl -fsS "$LOGIN_URL" | jq -r .token)
  printf %s "$token" | runner-shim mask
  echo "logged in with $token"              # logged in with ***

The shim is found by the variable INJECTOR_MASK_SOCKET, which every job has (but not with --exec).

Exit status: 0 the shim has the value; 125 it has not, and stderr says why.
)";

constexpr std::string_view kInstallHelp =
    R"(runner-shim install: copies this program to DIR/runner-shim.

  runner-shim install DIR

For images without a shell or cp, as an init container that hands the shim to the next container. DIR
must be there; what is called runner-shim in it is replaced in one step, and the copy can be executed by
everybody (mode 0755). The copy needs what this program needs; of the static one, that is nothing.

Example:
  # a volume that the job's container mounts as well
  docker run --rm -v tools:/tools runner-shim /runner-shim install /tools
  docker run --rm -v tools:/tools:ro --entrypoint /tools/runner-shim alpine -- env

Exit status: 0 it is there, and stdout says where; 125 it is not, and stderr says why.
)";

constexpr std::size_t kColumn = 34;
constexpr std::size_t kWidth = 100;

// `text` in lines from kColumn on, broken at blanks.
std::string Wrapped(std::string_view text) {
  std::string result;
  std::size_t at = kColumn;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    if (at + length > kWidth) {
      result += "\n" + std::string(kColumn, ' ');
      at = kColumn;
    } else if (at > kColumn) {
      result += ' ';
      ++at;
    }
    result += text.substr(0, length);
    at += length;
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return result + "\n";
}

std::string Spelling(const OptionRow& row) {
  std::string flags(row.flags);
  if (const std::size_t comma = flags.find(','); comma != std::string::npos) {
    flags.insert(comma + 1, " ");
  }
  if (!row.value_name.empty()) flags += " " + std::string(row.value_name);
  return flags;
}

std::string Describe(const OptionRow& row) {
  std::string line = "  " + Spelling(row);
  // One that is too long for the column has its explanation on the next line.
  line += line.size() + 2 > kColumn ? "\n" + std::string(kColumn, ' ')
                                    : std::string(kColumn - line.size(), ' ');
  std::string help(row.help);
  if (!row.variable.empty()) help += " [" + std::string(row.variable) + "]";
  return line + Wrapped(help);
}

// The options that `command` takes, under their headings.
std::string DescribeOptions(Command command) {
  std::string text;
  std::string_view group;
  for (const OptionRow& row : OptionTable()) {
    if (!Takes(command, row)) continue;
    const std::string_view heading =
        command == Command::kScrub ? row.group.filter_heading : row.group.heading;
    if (heading != group) text += "\n" + std::string(heading) + ":\n";
    group = heading;
    text += Describe(row);
  }
  return text + "\n  -h, --help, --version, --licenses\n";
}

}  // namespace

std::string HelpText(Command command) {
  switch (command) {
    case Command::kJob:
      return std::string(kIntroduction) + DescribeOptions(command) + std::string(kAfterOptions);
    case Command::kScrub:
      return std::string(kFilterIntroduction) + DescribeOptions(command) +
             std::string(kAfterFilterOptions);
    case Command::kMask:
      return std::string(kMaskHelp);
    case Command::kInstall:
      return std::string(kInstallHelp);
  }
  return {};
}

}  // namespace runner_shim
