#include "injector/crypto/json_web_token.h"

#include "injector/base/base64.h"
#include "injector/crypto/rsa_signature.h"

namespace injector {
namespace {

Secret Base64UrlWithoutPadding(std::string_view bytes) {
  const Secret padded = Base64Encode(bytes, Base64Alphabet::kUrl);
  return Secret::CopyOf(padded.Reveal().substr(0, padded.Reveal().find('=')));
}

}  // namespace

Result<Secret> SignedJsonWebToken(std::string_view claims, const Secret& private_key_pem) {
  const Secret header = Base64UrlWithoutPadding(R"({"alg":"RS256","typ":"JWT"})");
  const Secret body = Base64UrlWithoutPadding(claims);
  const Secret content = Secret::Concat({header.Reveal(), ".", body.Reveal()});
  ASSIGN_OR_RETURN(const Secret signature, SignRsaSha256(private_key_pem, content.Reveal()));
  return Secret::Concat(
      {content.Reveal(), ".", Base64UrlWithoutPadding(signature.Reveal()).Reveal()});
}

}  // namespace injector
