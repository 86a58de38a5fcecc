#include "injector/service/oidc/signing_keys.h"

#include <cjose/jwk.h>
#include <cjose/jws.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "injector/base/base64.h"
#include "injector/model/json.h"

namespace injector::oidc {
namespace {

constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kLeastModulus = 256;     // bytes: RFC 7518, section 3.3
constexpr std::size_t kLargestModulus = 1024;  // verifying takes time with the square of it
constexpr std::size_t kLargestExponent = 4;
constexpr std::size_t kCoordinate = 32;

struct CjoseDeleter {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  void operator()(cjose_jws_t* signature) const { cjose_jws_release(signature); }
};
template <typename T>
using Owned = std::unique_ptr<T, CjoseDeleter>;

Owned<cjose_jwk_t> Import(const std::string& jwk) {
  cjose_err failure{};
  return Owned<cjose_jwk_t>(cjose_jwk_import(jwk.data(), jwk.size(), &failure));
}

std::string_view Text(const Value& map, std::string_view name) {
  const Value* value = map.Find(name);
  const bool is_text = value != nullptr && value->kind() == Value::Kind::kString;
  return is_text ? value->string().Reveal() : std::string_view();
}

// The bytes of a number or a coordinate.
std::string Bytes(const Value& jwk, std::string_view name) {
  const std::optional<Secret> bytes = Base64UrlDecode(Text(jwk, name));
  return bytes ? std::string(bytes->Reveal()) : std::string();
}

bool IsStrongModulus(std::string_view modulus) {
  if (modulus.size() < kLeastModulus || modulus.size() > kLargestModulus) return false;
  const auto first = static_cast<unsigned char>(modulus.front());
  return first >= 0x80 || (first > 0 && modulus.size() > kLeastModulus);
}

bool IsOddExponent(std::string_view exponent) {
  if (exponent.empty() || exponent.size() > kLargestExponent) return false;
  const bool is_one = exponent.size() == 1 && exponent.front() == 1;
  return (static_cast<unsigned char>(exponent.back()) & 1U) != 0 && !is_one;
}

// RFC 7517, sections 4.2 and 4.3.
bool IsForSignatures(const Value& jwk) {
  if (jwk.Find("use") != nullptr && Text(jwk, "use") != "sig") return false;
  const Value* operations = jwk.Find("key_ops");
  if (operations == nullptr) return true;
  return operations->kind() == Value::Kind::kList &&
         std::any_of(operations->items().begin(), operations->items().end(), [](const Value& item) {
           return item.kind() == Value::Kind::kString && item.string().Reveal() == "verify";
         });
}

bool IsFor(const Value& jwk, std::string_view algorithm) {
  return jwk.Find("alg") == nullptr || Text(jwk, "alg") == algorithm;
}

std::string PublicPart(const Value& jwk, std::initializer_list<std::string_view> names) {
  std::vector<Value::Member> members;
  for (const std::string_view name : names) {
    members.push_back({std::string(name), Value::String(Text(jwk, name))});
  }
  return std::string(WriteJson(Value::Map(std::move(members))).Reveal());
}

std::optional<SigningKey> RsaKey(const Value& jwk) {
  const std::string modulus = Bytes(jwk, "n");
  if (!IsFor(jwk, "RS256") || !IsStrongModulus(modulus) || !IsOddExponent(Bytes(jwk, "e"))) {
    return std::nullopt;
  }
  return SigningKey{.id = std::string(Text(jwk, "kid")),
                    .algorithm = Algorithm::kRs256,
                    .jwk = PublicPart(jwk, {"kty", "n", "e"}),
                    .signature_size = modulus.size()};
}

std::optional<SigningKey> EllipticKey(const Value& jwk) {
  const bool is_p256 = Text(jwk, "crv") == "P-256" && Bytes(jwk, "x").size() == kCoordinate &&
                       Bytes(jwk, "y").size() == kCoordinate;
  if (!IsFor(jwk, "ES256") || !is_p256) return std::nullopt;
  return SigningKey{.id = std::string(Text(jwk, "kid")),
                    .algorithm = Algorithm::kEs256,
                    .jwk = PublicPart(jwk, {"kty", "crv", "x", "y"}),
                    .signature_size = 2 * kCoordinate};
}

std::optional<SigningKey> UsableKey(const Value& jwk) {
  // A private key that is published is anybody's.
  if (jwk.Find("d") != nullptr || Text(jwk, "kid").empty() || !IsForSignatures(jwk)) {
    return std::nullopt;
  }
  std::optional<SigningKey> key;
  if (Text(jwk, "kty") == "RSA") key = RsaKey(jwk);
  if (Text(jwk, "kty") == "EC") key = EllipticKey(jwk);
  // What the library does not take, a point that is not on the curve, is no key.
  if (key && Import(key->jwk) == nullptr) return std::nullopt;
  return key;
}

}  // namespace

Result<SigningKeys> SigningKeys::Parse(std::string_view json) {
  const Result<Value> set = ParseJson(json);
  const Value* list = set.ok() ? set->Find("keys") : nullptr;
  if (list == nullptr || list->kind() != Value::Kind::kList || list->items().size() > kMostKeys) {
    return Error(ErrorCode::kDataLoss, "keys: not a JWK Set");
  }
  SigningKeys keys;
  for (const Value& jwk : list->items()) {
    if (std::optional<SigningKey> key = UsableKey(jwk)) keys.keys_.push_back(*std::move(key));
  }
  // Two keys of one name: which one is meant cannot be told.
  const std::vector<SigningKey> all = keys.keys_;
  std::erase_if(keys.keys_, [&all](const SigningKey& key) {
    return std::count_if(all.begin(), all.end(),
                         [&key](const SigningKey& other) { return other.id == key.id; }) > 1;
  });
  if (keys.keys_.empty()) {
    return Error(ErrorCode::kDataLoss, "keys: none with a kid that is for RS256 or ES256");
  }
  return keys;
}

const SigningKey* SigningKeys::Find(std::string_view id) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [id](const SigningKey& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

bool IsSignedBy(const JsonWebToken& token, const SigningKey& key) {
  if (token.algorithm != key.algorithm || token.signature_size != key.signature_size) return false;
  // Made anew each time: its objects are not said to be fit for several threads.
  const Owned<cjose_jwk_t> jwk = Import(key.jwk);
  cjose_err failure{};
  const Owned<cjose_jws_t> signature(
      cjose_jws_import(token.text.data(), token.text.size(), &failure));
  return jwk != nullptr && signature != nullptr &&
         cjose_jws_verify(signature.get(), jwk.get(), &failure);
}

}  // namespace injector::oidc
