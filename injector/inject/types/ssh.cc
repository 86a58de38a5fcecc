// A configuration for ssh, scp, sftp and rsync, and for git over ssh (ssh_config(5); git(1),
// GIT_SSH_COMMAND): the host's keys, our key and no other. The user's own comes behind it.

#include <algorithm>
#include <string>

#include "injector/base/ascii.h"
#include "injector/inject/types/host_port.h"
#include "injector/inject/types/pem_file.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

// -F makes ssh leave both of them out.
constexpr std::string_view kUsersOwn =
    "Host *\n  Include ~/.ssh/config\n  Include /etc/ssh/ssh_config\n";

// What stands in the file without a quote, or as a pattern, must be a plain word.
Status CheckWord(const Translation& translation, const FieldText& value) {
  const std::string_view text = value.text.Reveal();
  const bool plain = std::ranges::all_of(text, [](char c) {
    return IsAsciiAlnum(c) || std::string_view(".-_:@+").find(c) != std::string_view::npos;
  });
  if (plain && !text.starts_with('-')) return {};
  return translation.FieldError(value.field, "holds a character that ssh would not take there");
}

Result<std::optional<FieldText>> Word(const Translation& translation, std::string_view field) {
  ASSIGN_OR_RETURN(std::optional<FieldText> value, translation.Field(field));
  if (value) RETURN_IF_ERROR(CheckWord(translation, *value));
  return value;
}

// sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": the port stands with the name unless it is 22.
std::string KnownName(std::string_view host, const std::optional<FieldText>& port) {
  if (!port || port->text.Reveal() == "22") return std::string(host);
  return "[" + std::string(host) + "]:" + std::string(port->text.Reveal());
}

// A line that is a key alone, as servers show theirs, is given the host's name.
std::string WithHostNames(std::string_view lines, const std::string& name) {
  std::string known;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const bool is_key = line.starts_with("ssh-") || line.starts_with("ecdsa-sha2-") ||
                        line.starts_with("sk-ssh-") || line.starts_with("sk-ecdsa-");
    known += (is_key ? name + " " : "") + std::string(line) + "\n";
  }
  return known;
}

class HostBlock {
 public:
  explicit HostBlock(Translation& translation) : translation_(translation) {}

  // Claims the host, and puts the block in front of the user's own in the shared file.
  Result<std::size_t> Publish() && {
    RETURN_IF_ERROR(AddAddress());
    RETURN_IF_ERROR(AddHostKeys());
    RETURN_IF_ERROR(AddIdentity());
    const std::string what = "ssh host " + host_;
    RETURN_IF_ERROR(translation_.Claim(what, Secret::Concat({text_.Reveal(), key_.Reveal()})));
    const std::size_t file = translation_.SharedFile("ssh/config");
    Secret& content = translation_.ContentOf(file);
    std::string_view before = content.Reveal();
    if (before.ends_with(kUsersOwn)) before.remove_suffix(kUsersOwn.size());
    const bool known = before.find(text_.Reveal()) != std::string_view::npos;
    if (known) return file;
    for (const Mention& mention : mentions_) {
      translation_.MentionPath(file, before.size() + mention.offset, mention.file);
    }
    content = Secret::Concat({before, text_.Reveal(), kUsersOwn});
    return file;
  }

 private:
  struct Mention {
    std::size_t offset;  // in the block
    std::size_t file;
  };

  void AddLine(std::string_view option, std::string_view value) {
    text_.Append("  ");
    text_.Append(option);
    text_.Append(' ');
    text_.Append(value);
    text_.Append('\n');
  }

  void AddPath(std::string_view option, std::size_t file) {
    text_.Append("  ");
    text_.Append(option);
    text_.Append(" \"");
    mentions_.push_back({text_.size(), file});
    text_.Append("\"\n");
  }

  Status AddAddress() {
    ASSIGN_OR_RETURN(const FieldText host, translation_.RequiredField("host"));
    RETURN_IF_ERROR(CheckWord(translation_, host));
    ASSIGN_OR_RETURN(port_, ReadPort(translation_));
    ASSIGN_OR_RETURN(const std::optional<FieldText> login, Word(translation_, "login"));
    host_ = host.text.Reveal();
    text_.Append("Host " + translation_.connection().name.alias + " " + host_ + "\n");
    AddLine("HostName", host_);
    if (port_) AddLine("Port", port_->text.Reveal());
    if (login) AddLine("User", login->text.Reveal());
    return {};
  }

  // A host that nobody has named a key of may be anybody.
  Status AddHostKeys() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> known, translation_.Field("known_hosts"));
    ASSIGN_OR_RETURN(const std::optional<FieldText> checking,
                     translation_.Field("strict_host_checking"));
    const std::string_view mode = checking ? checking->text.Reveal() : "yes";
    if (mode != "yes" && mode != "accept-new") {
      return translation_.FieldError("strict_host_checking", "is neither yes nor accept-new");
    }
    if (!known && mode == "yes") {
      return translation_.FieldError("known_hosts", "is missing: the host could be anybody")
          .WithHint(
              "it takes what ssh-keyscan prints, once somebody has checked it; "
              "strict_host_checking=accept-new trusts the key of the first connection");
    }
    const std::string lines =
        known ? WithHostNames(known->text.Reveal(), KnownName(host_, port_)) : std::string();
    ASSIGN_OR_RETURN(const std::size_t file,
                     translation_.AddFile("known_hosts", Secret::CopyOf(lines)));
    AddPath("UserKnownHostsFile", file);
    AddLine("GlobalKnownHostsFile", "/dev/null");
    AddLine("StrictHostKeyChecking", mode);
    return {};
  }

  Status AddIdentity() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> key, translation_.Field("private_key"));
    if (!key) return {};
    if (IsPemText(*key)) {
      const std::string_view text = key->text.Reveal();
      if (text.find('\n') == std::string_view::npos && text.find("\\n") == std::string_view::npos) {
        return translation_.FieldError("private_key", "is one line: a key's line ends are lost");
      }
      key_ = key->text.Clone();
      ASSIGN_OR_RETURN(const std::size_t file, AddPemFile(translation_, "private_key", *key));
      AddPath("IdentityFile", file);
    } else {
      const std::string_view path = key->text.Reveal();
      if (path.find('"') != std::string_view::npos || HoldsAsciiControl(path)) {
        return translation_.FieldError("private_key", "is neither a key nor the path of one");
      }
      AddLine("IdentityFile", Secret::Concat({"\"", path, "\""}).Reveal());
    }
    AddLine("IdentitiesOnly", "yes");
    return {};
  }

  Translation& translation_;
  SecretBuilder text_;
  std::vector<Mention> mentions_;
  std::string host_;
  std::optional<FieldText> port_;
  Secret key_;
};

// sshpass -e answers one prompt of ssh: for the key's passphrase, or for the password.
Status SetPrompted(Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> passphrase, translation.Field("passphrase"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation.Field("password"));
  translation.Remove("SSHPASS");
  const std::string config = "ssh -F \"$" + translation.prefix() + "SSH_CONFIG_FILE\"";
  if (passphrase) {
    translation.AddNote("ssh asks for the passphrase: sshpass -e -P passphrase " + config +
                        (password ? "; the password is not injected beside it" : ""));
    return translation.SetText("SSHPASS", *passphrase);
  }
  if (!password) return {};
  translation.AddNote("ssh asks for the password: sshpass -e " + config);
  return translation.SetText("SSHPASS", *password);
}

}  // namespace

Status TranslateSsh(Translation& translation) {
  using Kind = InjectedVariable::Kind;
  ASSIGN_OR_RETURN(const std::size_t file, HostBlock(translation).Publish());
  RETURN_IF_ERROR(translation.Set({.name = "GIT_SSH_COMMAND",
                                   .kind = Kind::kQuotedFilePath,
                                   .file = file,
                                   .before = "ssh -F ",
                                   .origin = "host"}));
  RETURN_IF_ERROR(translation.Set(
      {.name = "SSH_CONFIG_FILE", .kind = Kind::kFilePath, .file = file, .origin = "host"}));
  // It would say that the command of ours is another program's.
  translation.Remove("GIT_SSH_VARIANT");
  translation.AddNote("ssh, scp, sftp and rsync take host and key by: ssh -F \"$" +
                      translation.prefix() + "SSH_CONFIG_FILE\" " +
                      translation.connection().name.alias);
  return SetPrompted(translation);
}

}  // namespace injector
