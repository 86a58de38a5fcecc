// injector connections rekey: another key, or another mode, for a store.

#include <memory>
#include <optional>

#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "rekey", "Give the store another key or mode",
    "Opens the store with the key it has (--key-file, PIPELINE_ENCRYPTION_KEY,\n"
    "--ask-passphrase), encrypts everything anew and replaces the file in one step: at every\n"
    "moment there is the old store or the new one. Copies of the old file stay readable with the\n"
    "old key; if that key is known to others, change the passwords too. A plaintext or "
    "machine-keyed\n"
    "store has no key: give none but the new one.\n",
    "  injector key new --out new.key\n"
    "  injector --key-file old.key connections rekey --new-key-file new.key\n"
    "  injector --key-file old.key connections rekey --new-passphrase\n"};

struct Options {
  std::string new_key_file;
  bool new_passphrase = false;
  bool machine_key = false;
  bool plaintext = false;
};

Result<Protection> NewProtection(Session& session, const Options& options,
                                 const std::string& store_path) {
  if (options.machine_key) return Protection::Machine();
  if (options.plaintext) return Protection::Plaintext();
  if (options.new_passphrase) {
    ASSIGN_OR_RETURN(KeyText passphrase, AskNewPassphrase(session, store_path));
    return Protection::WithKey(std::move(passphrase));
  }
  ASSIGN_OR_RETURN(KeyText key, ReadKeyFile(session, options.new_key_file, "--new-key-file"));
  return Protection::WithKey(std::move(key));
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(const Protection protection, NewProtection(session, options, access.path()));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  RETURN_IF_ERROR(editor.Rekey(protection));
  RETURN_IF_ERROR(editor.Save());
  const StoreListing& listing = editor.store().listing();
  for (const std::string& warning : listing.warnings) session.Warn(warning);
  session.Tell(access.path() + ": now in " + std::string(StoreModeName(listing.mode)) + " mode" +
               (listing.fingerprint.empty() ? "" : ", key fingerprint " + listing.fingerprint));
  return {};
}

Result<Action> Prepare(const Options& options) {
  const int ways = static_cast<int>(!options.new_key_file.empty()) +
                   static_cast<int>(options.new_passphrase) +
                   static_cast<int>(options.machine_key) + static_cast<int>(options.plaintext);
  if (ways != 1) {
    return Error(ErrorCode::kInvalidArgument,
                 "rekey: expected one of --new-key-file, --new-passphrase, --machine-key and "
                 "--plaintext")
        .WithHint("`injector key new --out FILE` makes a key");
  }
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineConnectionsRekey(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddOption("--new-key-file", "FILE", options->new_key_file,
                    "The new key or passphrase, in a file");
  command.AddFlag("--new-passphrase", options->new_passphrase,
                  "Ask for a new passphrase on the terminal, twice,\nwithout echo");
  command.AddFlag("--machine-key", options->machine_key,
                  "Derive the key from this host's name and user: protects\n"
                  "a copied file only, and a recreated container loses it");
  command.AddFlag("--plaintext", options->plaintext, "Do not encrypt at all");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
