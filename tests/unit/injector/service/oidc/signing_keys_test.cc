#include "injector/service/oidc/signing_keys.h"

#include <gtest/gtest.h>

#include "injector/base/file.h"
#include "injector/model/json.h"
#include "tests/support/paths.h"
#include "tests/support/signed_tokens.h"

namespace injector::testing {
namespace {

using oidc::Algorithm;
using oidc::JsonWebToken;
using oidc::SigningKeys;

Value Vectors() {
  const Secret file =
      ReadFile(tests::SourceFile("unit/injector/service/oidc/data/signatures.json"), 1 << 20)
          .value();
  return ParseJson(file.Reveal()).value();
}

std::string Text(const Value& map, std::string_view name) {
  return std::string(map.Find(name)->string().Reveal());
}

// A set of one key, with a kid.
std::string SetOf(const Value& key) {
  std::string jwk(WriteJson(key).Reveal());
  return R"({"keys":[{"kid":"k",)" + jwk.substr(1) + "]}";
}

// The published tokens have no kid, and some no claims: what a parser would refuse.
JsonWebToken TokenOf(const Value& vector) {
  const std::string text = Text(vector, "token");
  const bool rsa = Text(vector, "algorithm") == "RS256";
  return JsonWebToken{.text = text,
                      .algorithm = rsa ? Algorithm::kRs256 : Algorithm::kEs256,
                      .key_id = "k",
                      .claims = Value(),
                      .signature_size = rsa ? 256U : 64U};
}

TEST(SigningKeys, AgreesWithThePublishedSignatures) {
  const Value vectors = Vectors();
  for (const Value& vector : vectors.Find("signed")->items()) {
    const std::string name = Text(vector, "name");
    const Result<SigningKeys> keys = SigningKeys::Parse(SetOf(*vector.Find("key")));
    ASSERT_TRUE(keys.ok()) << name;
    JsonWebToken token = TokenOf(vector);
    EXPECT_TRUE(IsSignedBy(token, *keys->Find("k"))) << name;
    // Of every other key it is none.
    for (const Value& other : vectors.Find("signed")->items()) {
      const SigningKeys others = SigningKeys::Parse(SetOf(*other.Find("key"))).value();
      EXPECT_EQ(IsSignedBy(token, *others.Find("k")), &other == &vector) << name;
    }
    char& first = token.text[token.text.find('.') + 1];
    first = first == 'A' ? 'B' : 'A';
    EXPECT_FALSE(IsSignedBy(token, *keys->Find("k"))) << name;
  }
}

TEST(SigningKeys, RefusesPublishedTokensOfOtherAlgorithms) {
  const Value vectors = Vectors();
  for (const Value& vector : vectors.Find("refused")->items()) {
    const Result<JsonWebToken> token = JsonWebToken::Parse(Text(vector, "token"));
    ASSERT_FALSE(token.ok()) << Text(vector, "name");
    EXPECT_EQ(token.error().code(), ErrorCode::kUnauthenticated);
  }
}

struct Row {
  const char* name;
  std::string keys;  // of the set
  std::size_t usable;
};

TEST(SigningKeys, TakesOnlyKeysThatVerify) {
  const std::string set = KeySetOf({TestKey::kRsa1});
  const std::string rsa = set.substr(9, set.size() - 11);  // {"keys":[ … ]}
  const auto replaced = [](std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const std::string ec_set = KeySetOf({TestKey::kEc1});
  const std::string ec = ec_set.substr(9, ec_set.size() - 11);
  const std::vector<Row> rows = {
      {"RSA", rsa, 1},
      {"EC", ec, 1},
      {"both", rsa + "," + ec, 2},
      {"without alg", replaced(rsa, R"("alg":"RS256",)", ""), 1},
      {"for encryption", replaced(rsa, R"("use":"sig")", R"("use":"enc")"), 0},
      {"for signing only", replaced(rsa, R"("use":"sig")", R"("key_ops":["sign"])"), 0},
      {"for verifying", replaced(rsa, R"("use":"sig")", R"("key_ops":["verify"])"), 1},
      {"RS512", replaced(rsa, "RS256", "RS512"), 0},
      {"HS256", replaced(rsa, "RS256", "HS256"), 0},
      {"EC called RS256", replaced(ec, "ES256", "RS256"), 0},
      {"no kid", replaced(rsa, R"("kid":"rsa-1",)", ""), 0},
      {"private", replaced(rsa, R"("kid")", R"("d":"AQAB","kid")"), 0},
      {"exponent 1", replaced(rsa, "AQAB", "AQ"), 0},
      {"even exponent", replaced(rsa, "AQAB", "AQAC"), 0},
      {"long exponent", replaced(rsa, "AQAB", "AQAAAAAB"), 0},
      {"no exponent", replaced(rsa, R"("e":"AQAB")", R"("x":1)"), 0},
      {"512 bits",
       R"({"kty":"RSA","kid":"k","e":"AQAB","n":")" + Base64Url(std::string(64, '\xF1')) + "\"}",
       0},
      {"16384 bits",
       R"({"kty":"RSA","kid":"k","e":"AQAB","n":")" + Base64Url(std::string(2048, '\xF1')) + "\"}",
       0},
      {"leading zero",
       R"({"kty":"RSA","kid":"k","e":"AQAB","n":")" + Base64Url('\0' + std::string(256, '\xF1')) +
           "\"}",
       0},
      {"not on the curve", replaced(ec, R"("x":"f)", R"("x":"e)"), 0},
      {"other curve", replaced(ec, "P-256", "P-384"), 0},
      {"symmetric", R"({"kty":"oct","kid":"k","k":"c2VjcmV0"})", 0},
      {"no object", "1", 0},
      {"one kid twice", rsa + "," + replaced(ec, "ec-1", "rsa-1"), 0},
      {"one kid twice, one for another algorithm", rsa + "," + replaced(rsa, "RS256", "RS384"), 1},
  };
  for (const Row& row : rows) {
    const Result<SigningKeys> keys = SigningKeys::Parse(R"({"keys":[)" + row.keys + "]}");
    EXPECT_EQ(keys.ok() ? keys->size() : 0, row.usable) << row.name;
    if (keys.ok()) continue;
    EXPECT_EQ(keys.error().code(), ErrorCode::kDataLoss) << row.name;
  }
}

TEST(SigningKeys, RefusesWhatIsNoSet) {
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[],)",
                           R"({"keys":[],"keys":[]})", "<html></html>"}) {
    EXPECT_FALSE(SigningKeys::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace injector::testing
