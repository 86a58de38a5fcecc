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

Examples:
  # psql finds PGHOST, PGUSER, PGPASSWORD … in its environment; the password is masked in the log
  runner-shim -c @postgres.releases -- psql -c 'select 1'

  # two databases of one type: a prefix keeps their variables apart
  runner-shim -c orders -c archive=ARCHIVE_ -- ./migrate.sh

  # look before you run: names and origins of everything that the job would be given
  runner-shim --dry-run -c @aws -c images

  # another store, its key in a file
  runner-shim --source file:/etc/ci/connections.enc.json --key-file /run/key -c @aws -- ./deploy.sh

  # nothing asked for: still a complete init and scrubber of inherited secrets
  runner-shim -- ./server
)";

constexpr std::string_view kAfterOptions = R"(
Where a setting comes from, first match:
  1  the flag on the command line      a list replaces the variable's; of others the last counts
  2  its variable, in [ ] above        lists separated by commas; empty counts as not set
  3  the job file
  4  the default
Durations: 500ms, 2s, 5m, 1h.

What the command still sees of our settings:
  never      INJECTOR_*, PIPELINE_ENCRYPTION_KEY, PIPELINE_CONN_*, PIPELINE_VAR_*, SERVICE_CONN_KEY
  unchanged  what we read of the general ones: HOME, USER, PATH, XDG_RUNTIME_DIR, TMPDIR; working
             directory (but --cwd), descriptors above 2, signal mask and ignored signals, limits
With --clear-env only what --keep-env lists, and what the connections set.

Exit status: the command's own, 128+N when signal N ended it; 123 --on-leak fail; 124 credentials not to
be had in time; 125 runner-shim failed, bad usage, or a credential was refused, missing or damaged; 126
the command cannot be run; 127 it is not there.
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

}  // namespace

std::string HelpText() {
  std::string text(kIntroduction);
  std::string_view group;
  for (const OptionRow& row : OptionTable()) {
    if (row.group != group) text += "\n" + std::string(row.group) + ":\n";
    group = row.group;
    text += Describe(row);
  }
  text += "\n  -h, --help, --version\n";
  text += kAfterOptions;
  return text;
}

}  // namespace runner_shim
