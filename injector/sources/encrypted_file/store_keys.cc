#include "injector/sources/encrypted_file/store_keys.h"

#include <limits.h>  // HOST_NAME_MAX: POSIX, not in <climits>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <initializer_list>

#include "injector/crypto/hkdf.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/random.h"
#include "injector/model/json.h"
#include "injector/sources/encrypted_file/format.h"

namespace injector {
namespace {

// Each piece with its length in front (8 bytes, big-endian), so that no two lists of pieces read
// the same.
std::string LengthPrefixed(std::initializer_list<std::string_view> pieces) {
  std::string bytes;
  for (std::string_view piece : pieces) {
    const std::uint64_t length = piece.size();
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xFF);
    bytes += piece;
  }
  return bytes;
}

std::string AssociatedDataOf(std::string_view kind, std::string_view type, std::string_view alias,
                             bool is_default, std::uint64_t version) {
  return LengthPrefixed({store_format::kName, std::to_string(store_format::kVersion), kind, type,
                         alias, is_default ? "1" : "0", std::to_string(version)});
}

Error KeyMissing(const KeySection& section) {
  const bool passphrase = section.mode == StoreMode::kPassphrase;
  return Error(ErrorCode::kUnauthenticated, std::string("no key: the store needs ") +
                                                (passphrase ? "its passphrase" : "a key") +
                                                " (fingerprint " + section.fingerprint + ")")
      .WithHint(
          "set PIPELINE_ENCRYPTION_KEY, or give --key-file FILE; only a store that `injector "
          "connections rekey --machine-key` has tied to this machine needs neither");
}

Error WrongKey(const KeySection& section, const std::string& got) {
  const bool machine = section.mode == StoreMode::kMachine;
  return Error(ErrorCode::kFailedPrecondition,
               "wrong key: the store needs the one with fingerprint " + section.fingerprint +
                   ", got " + got)
      .WithHint(machine ? "its key is made from host name and user id: only the same user on a "
                          "machine of the same name can open it"
                        : "if the key is right, the file is damaged: put back an intact copy");
}

// Whoever can write the file can put one that needs no key in the place of an encrypted one, and so
// choose what the jobs connect to. A user with a key expects it to be checked.
Status RefuseUnusedKey(const KeySection& section, const KeyText* key) {
  const bool machine = section.mode == StoreMode::kMachine;
  if (key == nullptr || (!machine && section.mode != StoreMode::kPlaintext)) return {};
  return Error(ErrorCode::kFailedPrecondition,
               std::string("the store ") +
                   (machine ? "takes its key from this machine" : "is not encrypted") +
                   ", but a key was given")
      .WithHint(
          "if nobody has exchanged the file, unset the key (--key-file, INJECTOR_KEY_FILE, "
          "PIPELINE_ENCRYPTION_KEY); then `injector connections rekey --new-key-file FILE` "
          "encrypts it with one");
}

// Host name and numeric user id: no names, because looking up a user may load code (nsswitch.conf).
Result<Secret> MachineKey(std::string_view salt) {
  std::array<char, HOST_NAME_MAX + 1> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) {
    return Error::FromErrno(errno, "gethostname");
  }
  const Secret identity = Secret::TakeFrom(
      LengthPrefixed({std::string_view(host.data()), std::to_string(::geteuid())}));
  return HkdfSha256(identity, salt, store_format::kMachineLabel, Aead::kKeySize);
}

Result<Secret> MasterKey(const KeySection& section, const KeyText* key) {
  switch (section.mode) {
    case StoreMode::kRaw:
      if (key == nullptr) return KeyMissing(section);
      if (key->raw_key() == nullptr) return WrongKey(section, "a passphrase");
      return key->raw_key()->Clone();
    case StoreMode::kPassphrase:
      if (key == nullptr) return KeyMissing(section);
      return Scrypt(key->text(), section.salt, section.scrypt_cost, Aead::kKeySize);
    case StoreMode::kMachine:
      return MachineKey(section.salt);
    case StoreMode::kPlaintext:
      return Secret(Aead::kKeySize);
  }
  return DamagedStore();
}

}  // namespace

Result<StoreKeys> StoreKeys::Derive(const KeySection& section, const Secret& master) {
  ASSIGN_OR_RETURN(
      Secret encryption_key,
      HkdfSha256(master, section.salt, store_format::kEncryptionLabel, Aead::kKeySize));
  ASSIGN_OR_RETURN(Secret mac_key,
                   HkdfSha256(master, section.salt, store_format::kMacLabel, kHmacSize));
  ASSIGN_OR_RETURN(Aead aead, Aead::Create(std::move(encryption_key)));
  return StoreKeys(section.mode, std::move(aead), std::move(mac_key));
}

Result<StoreKeys> StoreKeys::Unlock(const KeySection& section, const KeyText* key) {
  RETURN_IF_ERROR(RefuseUnusedKey(section, key));
  ASSIGN_OR_RETURN(const Secret master, MasterKey(section, key));
  if (section.mode != StoreMode::kPlaintext) {
    ASSIGN_OR_RETURN(const std::string fingerprint, KeyFingerprint(master));
    if (fingerprint != section.fingerprint) return WrongKey(section, fingerprint);
  }
  return Derive(section, master);
}

Result<NewKeys> MakeKeys(const Protection& protection) {
  RETURN_IF_ERROR(CheckStoreScryptCost(protection.scrypt_cost()));
  ASSIGN_OR_RETURN(const Secret salt, RandomBytes(store_format::kSaltSize));
  KeySection section{.mode = protection.mode(),
                     .fingerprint = {},
                     .salt = std::string(salt.Reveal()),
                     .scrypt_cost = protection.scrypt_cost()};
  ASSIGN_OR_RETURN(const Secret master, MasterKey(section, protection.key()));
  if (section.mode != StoreMode::kPlaintext) {
    ASSIGN_OR_RETURN(section.fingerprint, KeyFingerprint(master));
  }
  ASSIGN_OR_RETURN(StoreKeys keys, StoreKeys::Derive(section, master));
  return NewKeys{.section = std::move(section), .keys = std::move(keys)};
}

Result<EntryBody> StoreKeys::Seal(Value body, std::string_view associated_data) const {
  if (mode_ == StoreMode::kPlaintext) return EntryBody(std::move(body));
  ASSIGN_OR_RETURN(std::string sealed, aead_.Seal(WriteJson(body).Reveal(), associated_data));
  return EntryBody(SealedBody{std::move(sealed)});
}

Result<Value> StoreKeys::Open(const EntryBody& body, std::string_view associated_data) const {
  if (const auto* open = std::get_if<Value>(&body)) return open->Clone();
  const Result<Secret> text = aead_.Open(std::get<SealedBody>(body).bytes, associated_data);
  if (!text.ok()) return DamagedStore();
  Result<Value> value = ParseJson(text->Reveal());
  if (!value.ok()) return DamagedStore();
  return value;
}

Result<Secret> StoreKeys::Mac(std::string_view text) const { return HmacSha256(mac_key_, text); }

std::string AssociatedData(const ConnectionSummary& summary) {
  return AssociatedDataOf(store_format::kConnectionKind, summary.name.type, summary.name.alias,
                          summary.is_default, summary.version);
}

std::string AssociatedData(const VariableSummary& summary) {
  return AssociatedDataOf(store_format::kVariableKind, "", summary.key, false, summary.version);
}

}  // namespace injector
