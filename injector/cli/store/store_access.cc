#include "injector/cli/store/store_access.h"

#include <unistd.h>

#include "injector/cli/served/service_access.h"
#include "injector/cli/terminal.h"
#include "injector/sources/encrypted_file/file_source.h"

namespace injector {
namespace {

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<std::string> FindStorePath(const Session& session) {
  const std::string& path = session.options().store_path.empty() ? session.settings().store_path
                                                                 : session.options().store_path;
  if (!path.empty()) return path;
  return Error(ErrorCode::kFailedPrecondition, "no store: HOME is not set")
      .WithHint("name one with --store FILE or INJECTOR_STORE");
}

Error NoSuchStore(const std::string& path) {
  return Error(ErrorCode::kNotFound, "store " + path + ": no such file")
      .WithHint("`injector connections set` makes one; --store FILE names another");
}

Error NoKeyForNewStore(const std::string& path) {
  return Error(ErrorCode::kUnauthenticated, "store " + path + ": no key to make it with")
      .WithHint(
          "set PIPELINE_ENCRYPTION_KEY, or give --key-file FILE (`injector key new --out FILE` "
          "makes one), or --ask-passphrase; --machine-key derives one from this machine");
}

Result<Terminal> OpenTerminal() {
  Result<Terminal> terminal = Terminal::Open();
  if (terminal.ok()) return terminal;
  return std::move(terminal).error().WithHint(
      "give the passphrase by PIPELINE_ENCRYPTION_KEY or --key-file FILE");
}

KeyText WithWarningsSaid(Session& session, KeyText key) {
  for (const std::string& warning : key.warnings()) session.Warn(warning);
  return key;
}

Result<KeyText> AskPassphrase(const std::string& store_path) {
  ASSIGN_OR_RETURN(Terminal terminal, OpenTerminal());
  ASSIGN_OR_RETURN(const Secret answer, terminal.AskSecret("passphrase of " + store_path + ": "));
  return KeyText::Parse(answer.Reveal());
}

// nullopt: the user has given none.
Result<std::optional<KeyText>> ReadGivenKey(Session& session) {
  // A file is the more deliberate of the two, and the same order as runner-shim's.
  const bool by_option = !session.options().key_file.empty();
  const std::string& file = by_option ? session.options().key_file : session.settings().key_file;
  if (!file.empty()) {
    const char* source = by_option ? "--key-file" : "INJECTOR_KEY_FILE";
    ASSIGN_OR_RETURN(KeyText key, ReadKeyFile(session, file, source));
    return std::optional<KeyText>(std::move(key));
  }
  const std::optional<Secret>& text = session.settings().key_text;
  if (!text) return std::optional<KeyText>();
  Result<KeyText> key = KeyText::Parse(text->Reveal());
  if (!key.ok()) return std::move(key).error().WithContext("PIPELINE_ENCRYPTION_KEY");
  return std::optional<KeyText>(WithWarningsSaid(session, *std::move(key)));
}

// The same, read at the first call alone. Requires: --ask-passphrase was not given.
Result<std::optional<KeyText>> FindKey(Session& session) {
  if (!session.key()) {
    ASSIGN_OR_RETURN(session.key(), ReadGivenKey(session));
  }
  if (!session.key()) return std::optional<KeyText>();
  return std::optional<KeyText>(session.key()->Clone());
}

// A key is there to be used: the next command with it would refuse the store.
Status RefuseUnusedKey(NewStoreMode mode, const std::string& path) {
  if (mode != NewStoreMode::kMachine && mode != NewStoreMode::kPlaintext) return {};
  const std::string option = mode == NewStoreMode::kMachine ? "--machine-key" : "--plaintext";
  return Error(ErrorCode::kFailedPrecondition, "store " + path + ": a store made with " + option +
                                                   " uses no key, but one was given")
      .WithHint("leave out " + option +
                ", or unset the key (--key-file, INJECTOR_KEY_FILE, PIPELINE_ENCRYPTION_KEY)");
}

// An existing store has to be what --machine-key or --plaintext asks for.
Status CheckMode(const StoreListing& listing, NewStoreMode mode, const std::string& path) {
  const bool contradicts =
      (mode == NewStoreMode::kMachine && listing.mode != StoreMode::kMachine) ||
      (mode == NewStoreMode::kPlaintext && listing.mode != StoreMode::kPlaintext);
  if (!contradicts) return {};
  return Error(ErrorCode::kFailedPrecondition,
               "store " + path + ": is there already, in " +
                   std::string(StoreModeName(listing.mode)) +
                   " mode; --machine-key and --plaintext are for a new one")
      .WithHint("`injector connections rekey` changes the mode of a store");
}

}  // namespace

Result<StoreAccess> StoreAccess::Prepare(Session& session, NewStoreMode mode, CaFile ca_file) {
  RETURN_IF_ERROR(RefuseService(session, ca_file));
  if (!session.options().sources.empty()) {
    return Error(ErrorCode::kInvalidArgument, "--source: this command works on the store alone")
        .WithHint("--store FILE names it");
  }
  ASSIGN_OR_RETURN(std::string path, FindStorePath(session));
  return PrepareAt(session, std::move(path), mode);
}

Result<StoreAccess> StoreAccess::PrepareAt(Session& session, std::string path, NewStoreMode mode) {
  StoreAccess access(session, mode, std::move(path));
  const bool exists = Exists(access.path_);
  if (!exists && mode == NewStoreMode::kNone) return NoSuchStore(access.path_);
  if (session.options().ask_passphrase) {
    ASSIGN_OR_RETURN(access.key_, exists ? AskPassphrase(access.path_)
                                         : AskNewPassphrase(session, access.path_));
  } else {
    ASSIGN_OR_RETURN(access.key_, FindKey(session));
  }
  if (!exists && mode == NewStoreMode::kWithKey && !access.key_) {
    return NoKeyForNewStore(access.path_);
  }
  if (!exists && access.key_) RETURN_IF_ERROR(RefuseUnusedKey(mode, access.path_));
  if (exists && mode != NewStoreMode::kNone) {
    ASSIGN_OR_RETURN(const Store store, Store::Open(access.path_, access.key()));
    RETURN_IF_ERROR(CheckMode(store.listing(), mode, access.path_));
  }
  return access;
}

std::unique_ptr<Source> StoreAccess::AsSource() const {
  std::optional<KeyText> key;
  if (key_) key = key_->Clone();
  return std::make_unique<EncryptedFileSource>(path_, std::move(key));
}

Result<Store> StoreAccess::Open() const {
  ASSIGN_OR_RETURN(Store store, Store::Open(path_, key()));
  SayWarnings(store.listing());
  return store;
}

bool StoreAccess::CanBeOpened() const {
  if (key_) return true;
  const Result<StoreListing> listing = ReadStoreListing(path_);
  // One that cannot be read is opened, for the error that says why.
  return !listing.ok() ||
         (listing->mode != StoreMode::kRaw && listing->mode != StoreMode::kPassphrase);
}

Result<std::optional<Store>> StoreAccess::OpenIfKeyGiven() const {
  if (!CanBeOpened()) return std::optional<Store>();
  ASSIGN_OR_RETURN(Store store, Open());
  return std::optional<Store>(std::move(store));
}

Result<StoreListing> StoreAccess::List() const {
  ASSIGN_OR_RETURN(StoreListing listing, ReadStoreListing(path_));
  SayWarnings(listing);
  return listing;
}

Result<StoreEditor> StoreAccess::Edit() const {
  ASSIGN_OR_RETURN(StoreEditor editor, OpenEditor());
  // Somebody else may have made it since Prepare().
  RETURN_IF_ERROR(CheckMode(editor.store().listing(), mode_, path_));
  SayWarnings(editor.store().listing());
  return editor;
}

Result<StoreEditor> StoreAccess::OpenEditor() const {
  const Clock& clock = session_->clock();
  switch (mode_) {
    case NewStoreMode::kMachine:
      return StoreEditor::OpenOrCreate(path_, Protection::Machine(), clock);
    case NewStoreMode::kPlaintext:
      return StoreEditor::OpenOrCreate(path_, Protection::Plaintext(), clock);
    case NewStoreMode::kWithKey:
      if (key_) return StoreEditor::OpenOrCreate(path_, Protection::WithKey(key_->Clone()), clock);
      break;
    case NewStoreMode::kNone:
      break;
  }
  return StoreEditor::Open(path_, key(), clock);
}

Status StoreAccess::Save(StoreEditor& editor) const {
  const bool is_new = !Exists(path_);  // nobody else can make it: the editor holds the lock
  RETURN_IF_ERROR(editor.Save());
  if (!is_new) return {};
  const StoreListing listing = editor.store().listing();
  std::string protection = listing.mode == StoreMode::kPlaintext
                               ? "not encrypted (--plaintext)"
                               : "encrypted with " + WhereTheKeyIs();
  if (!listing.fingerprint.empty()) protection += ", fingerprint " + listing.fingerprint;
  session_->Tell("made the store " + path_ + ": " + protection);
  return {};
}

std::string StoreAccess::WhereTheKeyIs() const {
  if (!key_) return "a key derived from this machine (--machine-key)";
  const std::string what = key_->raw_key() != nullptr ? "the key " : "the passphrase ";
  if (session_->options().ask_passphrase) return what + "that was typed";
  const std::string& by_option = session_->options().key_file;
  const std::string& file = by_option.empty() ? session_->settings().key_file : by_option;
  return what + "in " + (file.empty() ? "PIPELINE_ENCRYPTION_KEY" : "the file " + file);
}

void StoreAccess::SayWarnings(const StoreListing& listing) const {
  for (const std::string& warning : listing.warnings) session_->Warn(warning);
}

Result<KeyText> AskNewPassphrase(Session& session, const std::string& store_path) {
  ASSIGN_OR_RETURN(Terminal terminal, OpenTerminal());
  ASSIGN_OR_RETURN(const Secret answer,
                   terminal.AskNewSecret("new passphrase for " + store_path + ": "));
  ASSIGN_OR_RETURN(KeyText key, KeyText::Parse(answer.Reveal()));
  return WithWarningsSaid(session, std::move(key));
}

Result<KeyText> ReadKeyFile(Session& session, const std::string& path, std::string_view option) {
  Result<KeyText> key = KeyText::ReadFile(path);
  if (!key.ok()) return std::move(key).error().WithContext(option);
  return WithWarningsSaid(session, *std::move(key));
}

}  // namespace injector
