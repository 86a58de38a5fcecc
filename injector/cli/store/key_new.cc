// injector key new: a new raw key for a store.

#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "injector/base/file.h"
#include "injector/base/unique_fd.h"
#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/crypto/key.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "new", "Make a new key",
    "The key is 32 random bytes, written as 64 hex digits. Its fingerprint, which tells keys "
    "apart\n"
    "and gives nothing away, goes to stderr. Without --out the key alone goes to stdout. An\n"
    "existing file is never overwritten: the key in it may be the only one.\n",
    "  injector key new --out ~/.injector.key\n"
    "  export PIPELINE_ENCRYPTION_KEY=\"$(injector key new)\"\n"};

struct Options {
  std::string path;
};

Error ExplainOpenError(int errno_value, const std::string& path) {
  Error error = Error::FromErrno(errno_value, "create the file \"" + path + "\"");
  if (errno_value != EEXIST) return error;
  return std::move(error).WithHint(
      "a key file is never overwritten: name another, or move it away");
}

// 0600 from the first moment: a mode given later would leave a gap.
Status WriteNewKeyFile(const std::string& path, std::string_view text) {
  const UniqueFd fd(RetryOnEintr([&] {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  }));
  if (!fd.valid()) return ExplainOpenError(errno, path);
  Status written = WriteAll(fd.get(), text, path);
  if (written.ok() && ::fsync(fd.get()) != 0) written = Error::FromErrno(errno, "fsync " + path);
  if (!written.ok()) ::unlink(path.c_str());  // half a key is worse than none
  return written;
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const KeyText key, KeyText::Generate());
  ASSIGN_OR_RETURN(const std::string fingerprint, KeyFingerprint(*key.raw_key()));
  const Secret line = Secret::Concat({key.text().Reveal(), "\n"});
  if (options.path.empty()) {
    RETURN_IF_ERROR(session.Print(line.Reveal()));
  } else {
    RETURN_IF_ERROR(WriteNewKeyFile(options.path, line.Reveal()));
  }
  session.Tell("fingerprint " + fingerprint);
  return {};
}

}  // namespace

void DefineKeyNew(Command key, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = key.AddCommand(kText);
  command.AddOption("--out", "FILE", options->path, "Write the key to a new file, mode 0600");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
