#include "injector/cli/store_access.h"

#include <unistd.h>

#include "injector/cli/terminal.h"

namespace injector {
namespace {

enum class PassphraseUse { kOpen, kCreate };

Result<KeyText> AskForPassphrase(const std::string& path, PassphraseUse use) {
  Result<Terminal> terminal = Terminal::Open();
  if (!terminal.ok()) return std::move(terminal).error().WithContext("--ask-passphrase");
  const std::string what = use == PassphraseUse::kOpen ? "passphrase of " : "passphrase for the new ";
  ASSIGN_OR_RETURN(const Secret answer, use == PassphraseUse::kOpen
                                            ? terminal->AskSecret(what + path + ": ")
                                            : terminal->AskNewSecret(what + path + ": "));
  return KeyText::Parse(answer.Reveal());
}

Result<std::optional<KeyText>> FindKey(const Session& session, const std::string& path,
                                       PassphraseUse use) {
  if (session.options().ask_passphrase) {
    ASSIGN_OR_RETURN(KeyText key, AskForPassphrase(path, use));
    return std::optional<KeyText>(std::move(key));
  }
  if (!session.options().key_file.empty()) {
    Result<KeyText> key = KeyText::ReadFile(session.options().key_file);
    if (!key.ok()) return std::move(key).error().WithContext("--key-file");
    return std::optional<KeyText>(std::move(*key));
  }
  if (const auto& text = session.settings().key_text) {
    Result<KeyText> key = KeyText::Parse(text->Reveal());
    if (!key.ok()) return std::move(key).error().WithContext("PIPELINE_ENCRYPTION_KEY");
    return std::optional<KeyText>(std::move(*key));
  }
  return std::optional<KeyText>();
}

Result<std::optional<KeyText>> TakeKey(Session& session, const std::string& path,
                                       PassphraseUse use) {
  ASSIGN_OR_RETURN(std::optional<KeyText> key, FindKey(session, path, use));
  if (key) {
    for (const std::string& warning : key->warnings()) session.Warn(warning);
  }
  return key;
}

const KeyText* PointerTo(const std::optional<KeyText>& key) { return key ? &*key : nullptr; }

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Protection ProtectionFor(NewStoreMode mode, const std::optional<KeyText>& key) {
  if (mode == NewStoreMode::kMachine) return Protection::Machine();
  if (mode == NewStoreMode::kPlaintext) return Protection::Plaintext();
  return Protection::WithKey(key->Clone());
}

void SayWarnings(Session& session, const StoreListing& listing) {
  for (const std::string& warning : listing.warnings) session.Warn(warning);
}

Error NoSuchStore(Error error) {
  const bool hint_needed = error.code() == ErrorCode::kNotFound && error.hint().empty();
  if (!hint_needed) return error;
  return std::move(error).WithHint(
      "`injector connections set` and `variables set` make the store; --store or INJECTOR_STORE "
      "name another");
}

// An existing store has to be what --machine-key or --plaintext asks for.
Status CheckMode(const StoreListing& listing, NewStoreMode mode, const std::string& path) {
  const bool as_asked =
      mode == NewStoreMode::kWithKey ||
      (mode == NewStoreMode::kMachine && listing.mode == StoreMode::kMachine) ||
      (mode == NewStoreMode::kPlaintext && listing.mode == StoreMode::kPlaintext);
  if (as_asked) return {};
  return Error(ErrorCode::kFailedPrecondition,
               path + ": is there already, in " + std::string(StoreModeName(listing.mode)) +
                   " mode; --machine-key and --plaintext are for a new store")
      .WithHint("`injector connections rekey` changes the mode of a store");
}

Result<StoreEditor> CreateStore(Session& session, const std::string& path, NewStoreMode mode) {
  std::optional<KeyText> key;
  if (mode == NewStoreMode::kWithKey) {
    ASSIGN_OR_RETURN(key, TakeKey(session, path, PassphraseUse::kCreate));
    if (!key) return NoKeyError(path);
  }
  ASSIGN_OR_RETURN(StoreEditor editor, StoreEditor::OpenOrCreate(path, ProtectionFor(mode, key),
                                                                 session.clock()));
  const StoreListing& listing = editor.store().listing();
  RETURN_IF_ERROR(CheckMode(listing, mode, path));  // somebody else may have made it meanwhile
  SayWarnings(session, listing);
  return editor;
}

}  // namespace

Result<std::string> StorePath(const Session& session) {
  const std::string& path = session.options().store_path.empty() ? session.settings().store_path
                                                                 : session.options().store_path;
  if (!path.empty()) return path;
  return Error(ErrorCode::kFailedPrecondition, "no store: HOME is not set")
      .WithHint("name one with --store FILE or INJECTOR_STORE");
}

Error NoKeyError(const std::string& store_path) {
  return Error(ErrorCode::kUnauthenticated, store_path + ": no key to make the store with")
      .WithHint(
          "set PIPELINE_ENCRYPTION_KEY, or give --key-file FILE (`injector key new --out FILE` makes "
          "one), or --ask-passphrase");
}

bool HasKey(const Session& session) {
  return session.options().ask_passphrase || !session.options().key_file.empty() ||
         session.settings().key_text.has_value();
}

Result<Store> OpenStore(Session& session) {
  ASSIGN_OR_RETURN(const std::string path, StorePath(session));
  ASSIGN_OR_RETURN(const auto key, TakeKey(session, path, PassphraseUse::kOpen));
  Result<Store> store = Store::Open(path, PointerTo(key));
  if (!store.ok()) return NoSuchStore(std::move(store).error());
  SayWarnings(session, store->listing());
  return store;
}

Result<StoreListing> OpenListing(Session& session) {
  ASSIGN_OR_RETURN(const std::string path, StorePath(session));
  Result<StoreListing> listing = ReadStoreListing(path);
  if (!listing.ok()) return NoSuchStore(std::move(listing).error());
  SayWarnings(session, *listing);
  return listing;
}

Result<StoreEditor> EditStore(Session& session) {
  ASSIGN_OR_RETURN(const std::string path, StorePath(session));
  ASSIGN_OR_RETURN(const auto key, TakeKey(session, path, PassphraseUse::kOpen));
  Result<StoreEditor> editor = StoreEditor::Open(path, PointerTo(key), session.clock());
  if (!editor.ok()) return NoSuchStore(std::move(editor).error());
  SayWarnings(session, editor->store().listing());
  return editor;
}

Result<StoreEditor> EditOrCreateStore(Session& session, NewStoreMode mode) {
  ASSIGN_OR_RETURN(const std::string path, StorePath(session));
  if (!Exists(path)) return CreateStore(session, path, mode);
  ASSIGN_OR_RETURN(StoreEditor editor, EditStore(session));
  RETURN_IF_ERROR(CheckMode(editor.store().listing(), mode, path));
  return editor;
}

}  // namespace injector
