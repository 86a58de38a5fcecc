#include "injector/service/oidc/verifier.h"

#include "injector/crypto/hmac.h"
#include "tests/unit/injector/service/oidc/oidc_fixture.h"

namespace injector::testing {
namespace {

constexpr std::string_view kHeader = R"({"alg":"RS256","kid":"rsa-1"})";

struct Row {
  std::string name;
  std::string token;
  std::string why;  // part of it
};

using AttackTest = OidcTest;

TEST_F(OidcTest, TakesWhatTheIssuerHasSigned) {
  for (const TestKey key : {TestKey::kRsa1, TestKey::kEc1}) {
    const auto verdict = Verify(SignToken(Claims(), key));
    ASSERT_TRUE(std::holds_alternative<JobIdentity>(verdict)) << std::get<std::string>(verdict);
    const auto& job = std::get<JobIdentity>(verdict);
    EXPECT_EQ(job.issuer, "ci");
    EXPECT_EQ(job.subject, "job:1");
    EXPECT_EQ(job.org, "acme");
    EXPECT_EQ(job.repos, std::vector<std::string>{"acme/web"});
    EXPECT_TRUE(job.environments.empty());
    EXPECT_FALSE(job.is_protected);
  }
}

// A changed file, while the issuer is away: its keys are known, only what they are good for
// changed.
TEST_F(OidcTest, OtherRulesLeaveKnownKeys) {
  const std::string token = SignToken(Claims());
  ASSERT_EQ(WhyNot(token), "");
  published_.clear();
  const auto use_with = [this](const std::string& old_text, const std::string& new_text) {
    std::string file(kIssuersFile);
    file.replace(file.find(old_text), old_text.size(), new_text);
    verifier_ = verifier_->WithIssuers(oidc::ParseIssuers(file, "issuers.yaml").value());
  };
  use_with("acme/web]", "acme/docs]");
  const auto verdict = Verify(token);
  ASSERT_TRUE(std::holds_alternative<JobIdentity>(verdict)) << std::get<std::string>(verdict);
  EXPECT_EQ(std::get<JobIdentity>(verdict).repos, std::vector<std::string>{"acme/docs"});
  EXPECT_EQ(fetches_, 1);
  use_with("\"74\"", "\"75\"");
  EXPECT_NE(WhyNot(token).find("no rule takes its claims"), std::string::npos);
  use_with("    audiences", "    keysUrl: https://ci.example.com/keys\n    audiences");
  EXPECT_EQ(WhyNot(token), "unavailable") << "these are other keys";
  EXPECT_EQ(fetches_, 2);
}

TEST_F(AttackTest, RefusesKeysThatTheIssuerDoesNotHave) {
  for (const char* id : {"rsa-9", "../../dev/null", "x' OR '1'='1", "RSA-1", "rsa-1 "}) {
    clock_.Advance(std::chrono::seconds(30));  // or it would have to be asked again
    const std::string header = R"({"alg":"RS256","kid":")" + std::string(id) + "\"}";
    const std::string why = WhyNot(SignToken(header, Claims(), TestKey::kRsa1));
    EXPECT_NE(why.find("no key of its issuer has its kid"), std::string::npos) << id << why;
  }
}

TEST_F(AttackTest, RefusesHeaders) {
  const std::string claims = Claims();
  const auto with = [&](const std::string& header) {
    return SignToken(header, claims, TestKey::kRsa1);
  };
  std::vector<Row> rows = {
      {"none", with(R"({"alg":"none","kid":"rsa-1"})"), "alg"},
      {"None", with(R"({"alg":"None","kid":"rsa-1"})"), "alg"},
      {"lower case", with(R"({"alg":"rs256","kid":"rsa-1"})"), "alg"},
      {"HS256", with(R"({"alg":"HS256","kid":"rsa-1"})"), "alg"},
      {"PS256", with(R"({"alg":"PS256","kid":"rsa-1"})"), "alg"},
      {"RS512", with(R"({"alg":"RS512","kid":"rsa-1"})"), "alg"},
      {"ES384", with(R"({"alg":"ES384","kid":"ec-1"})"), "alg"},
      {"alg is a list", with(R"({"alg":["RS256"],"kid":"rsa-1"})"), "alg"},
      {"no alg", with(R"({"kid":"rsa-1"})"), "alg"},
      {"alg of another key", with(R"({"alg":"RS256","kid":"ec-1"})"), "alg"},
      {"ES256 with a key for RS256", with(R"({"alg":"ES256","kid":"rsa-1"})"), "alg"},
      {"no kid", with(R"({"alg":"RS256"})"), "kid"},
      {"empty kid", with(R"({"alg":"RS256","kid":""})"), "kid"},
      {"kid is a number", with(R"({"alg":"RS256","kid":1})"), "kid"},
      {"kid is long", with(R"({"alg":"RS256","kid":")" + std::string(257, 'k') + "\"}"), "kid"},
      {"alg twice", with(R"({"alg":"RS256","alg":"RS256","kid":"rsa-1"})"), "twice"},
      {"another typ", with(R"({"alg":"RS256","kid":"rsa-1","typ":"logout+jwt"})"), "typ"},
      {"typ is null", with(R"({"alg":"RS256","kid":"rsa-1","typ":null})"), "typ"},
      {"header is a list", with("[]"), "object"},
      {"header is empty", with(""), "JSON"},
  };
  for (const char* name : {"jku", "x5u", "jwk", "x5c", "crit", "b64", "zip", "enc", "cty"}) {
    rows.push_back(
        {name, with(R"({"alg":"RS256","kid":"rsa-1",")" + std::string(name) + "\":1}"), name});
  }
  for (const Row& row : rows) {
    EXPECT_NE(WhyNot(row.token).find(row.why), std::string::npos)
        << row.name << ": " << WhyNot(row.token);
  }
  EXPECT_EQ(WhyNot(with(R"({"typ":"jwt","alg":"RS256","kid":"rsa-1","x5t":"abc"})")), "");
}

// The public key as the secret of an HMAC: what a verifier takes that lets the token choose.
TEST_F(AttackTest, RefusesAnHmacByThePublicKey) {
  const std::string input =
      Base64Url(R"({"alg":"HS256","kid":"rsa-1"})") + "." + Base64Url(Claims());
  for (const std::string& key : {published_, std::string("secret")}) {
    const Secret mac = HmacSha256(Secret::CopyOf(key), input).value();
    EXPECT_NE(WhyNot(input + "." + Base64Url(mac.Reveal())).find("alg"), std::string::npos);
    // And called RS256, it is no signature.
    const std::string renamed = Base64Url(kHeader) + "." + Base64Url(Claims());
    EXPECT_NE(WhyNot(renamed + "." + Base64Url(mac.Reveal())).find("signature"), std::string::npos);
  }
}

TEST_F(AttackTest, RefusesSignatures) {
  const std::string good = SignToken(Claims());
  const std::size_t first = good.find('.');
  const std::size_t last = good.rfind('.');
  const std::string other = SignToken(Claims(R"("repository_id":"75")"));
  const std::string input = good.substr(0, last + 1);
  const std::vector<Row> rows = {
      {"of another key", SignToken(kHeader, Claims(), TestKey::kRsa2), "signature"},
      {"of other claims", input + other.substr(other.rfind('.') + 1), "signature"},
      {"claims exchanged",
       good.substr(0, first) + other.substr(first, other.rfind('.') - first) + good.substr(last),
       "signature"},
      {"empty", input, "signature"},
      {"short", input + "AAAA", "signature"},
      {"all zeros", input + Base64Url(std::string(256, '\0')), "signature"},
      {"padded", good + "=", "base64url"},
      {"zeros for P-256",
       Base64Url(R"({"alg":"ES256","kid":"ec-1"})") + good.substr(first, last - first) + "." +
           Base64Url(std::string(64, '\0')),
       "signature"},
  };
  for (const Row& row : rows) {
    EXPECT_NE(WhyNot(row.token).find(row.why), std::string::npos)
        << row.name << ": " << WhyNot(row.token);
  }
}

TEST_F(AttackTest, RefusesEveryOtherCharacterAtEveryPlace) {
  const std::string good = SignToken(Claims(), TestKey::kEc1);
  ASSERT_EQ(WhyNot(good), "");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string altered = good;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(WhyNot(altered), "") << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(WhyNot(good.substr(0, size)), "") << size;
  }
}

TEST_F(AttackTest, RefusesOtherSpellings) {
  const std::string good = SignToken(Claims());
  const std::string header = good.substr(0, good.find('.'));
  const std::string rest = good.substr(good.find('.'));
  for (const std::string& token :
       {header + "=" + rest, header + "\n" + rest, " " + good, good + " ", good + "\n",
        header + rest + ".", "." + good, header + rest.substr(0, rest.rfind('.')), header,
        std::string(".."), std::string("..."), std::string(), good + "." + good,
        Base64Url(R"({"alg":"RS256","kid":"rsa-1"} x)") + rest,
        Base64Url("\xEF\xBB\xBF{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}") + rest,
        Base64Url("{\"alg\":\"RS256\",\"kid\":\"\xFF\"}") + rest}) {
    EXPECT_NE(WhyNot(token), "") << token.substr(0, 40);
  }
  // Unused bits of the last character of 64 bytes.
  std::string loose = SignToken(Claims(), TestKey::kEc1);
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  loose.back() = kDigits[kDigits.find(loose.back()) + 1];
  EXPECT_NE(WhyNot(loose).find("base64url"), std::string::npos);
}

TEST_F(AttackTest, RefusesLongTokensBeforeAnythingElse) {
  const std::string claims =
      Claims(R"("repository_id":"74","x":")" + std::string(7000, 'x') + "\"");
  EXPECT_NE(WhyNot(SignToken(claims)).find("8 KiB"), std::string::npos);
  EXPECT_EQ(fetches_, 0);
}

TEST_F(AttackTest, RefusesClaims) {
  const auto at = [this](std::int64_t seconds) {
    return std::to_string(clock_.Seconds() + seconds);
  };
  const std::string id = R"("repository_id":"74",)";
  const std::vector<Row> rows = {
      {"another iss", R"("iss":"https://evil.example.com")", "iss"},
      {"iss with a slash", R"("iss":"https://ci.example.com/")", "iss"},
      {"iss in other case", R"("iss":"https://CI.example.com")", "iss"},
      {"iss is a list", R"("iss":["https://ci.example.com"])", "iss"},
      {"another aud", R"("aud":"sts.amazonaws.com")", "aud"},
      {"aud is a prefix", R"("aud":"injecto")", "aud"},
      {"aud is empty", R"("aud":"")", "aud"},
      {"aud is an empty list", R"("aud":[])", "aud"},
      {"aud is an object", R"("aud":{"injector":true})", "aud"},
      {"aud lists others", R"("aud":["injector","vault"])", "others"},
      {"aud lists no text", R"("aud":["injector",1])", "others"},
      {"aud lists lists", R"("aud":[["injector"]])", "aud"},
      {"aud is null", R"("aud":null)", "aud"},
      {"no sub", R"("sub":null)", "sub"},
      {"empty sub", R"("sub":"")", "sub"},
      {"sub with a newline", R"("sub":"job\n1")", "sub"},
      {"long sub", R"("sub":")" + std::string(1025, 's') + "\"", "sub"},
      {"no exp", R"("exp":null)", "exp"},
      {"exp is text", R"("exp":"99999999999")", "exp"},
      {"exp is far", R"("exp":99999999999)", "24 hours"},
      {"exp is huge", R"("exp":1e300)", "exp"},
      {"exp is negative", R"("exp":-1)", "exp"},
      {"expired beyond the skew", R"("iat":)" + at(-300) + R"(,"exp":)" + at(-30), "expired"},
      {"no iat", R"("iat":null)", "iat"},
      {"iat in the future", R"("iat":)" + at(31), "iat"},
      {"iat after exp", R"("iat":)" + at(20) + R"(,"exp":)" + at(10), "not after"},
      {"lives too long", R"("iat":)" + at(-60) + R"(,"exp":)" + at(86'400 - 59), "24 hours"},
      {"nbf in the future", R"("nbf":)" + at(31), "nbf"},
      {"nbf is text", R"("nbf":"0")", "nbf"},
      {"sub twice", R"("sub":"a","sub":"a")", "twice"},
      {"nested twice", R"("x":{"a":1,"a":1})", "twice"},
  };
  for (const Row& row : rows) {
    const std::string why = WhyNotClaims(id + row.token);
    EXPECT_NE(why.find(row.why), std::string::npos) << row.name << ": " << why;
  }
}

TEST_F(OidcTest, TakesClocksThatAreHalfAMinuteApart) {
  const auto at = [this](std::int64_t seconds) {
    return std::to_string(clock_.Seconds() + seconds);
  };
  const std::string id = R"("repository_id":"74",)";
  EXPECT_EQ(WhyNotClaims(id + R"("iat":)" + at(-300) + R"(,"exp":)" + at(-29)), "");
  EXPECT_EQ(WhyNotClaims(id + R"("iat":)" + at(30)), "");
  EXPECT_EQ(WhyNotClaims(id + R"("nbf":)" + at(30)), "");
  EXPECT_EQ(WhyNotClaims(id + R"("iat":)" + at(0) + R"(,"exp":)" + at(86'400)), "");
  EXPECT_EQ(WhyNotClaims(id + R"("exp":)" + at(60) + ".5"), "");
  EXPECT_EQ(WhyNotClaims(id + R"("aud":["injector"])"), "");
  EXPECT_EQ(WhyNotClaims(id + R"("aud":["injector","https://credentials.example.com"])"), "");
}

TEST_F(OidcTest, SaysWhoItIsWhenNoRuleIsForIt) {
  const auto verdict = verifier_->Verify(SignToken(Claims(R"("repository_id":"75")")));
  const auto& refusal = std::get<JobTokenRefusal>(verdict);
  EXPECT_NE(refusal.why.find("no rule"), std::string::npos);
  EXPECT_EQ(refusal.issuer, "ci");
  EXPECT_EQ(refusal.subject, "job:1");
  const auto forged = verifier_->Verify(SignToken(kHeader, Claims(), TestKey::kRsa2));
  EXPECT_EQ(std::get<JobTokenRefusal>(forged).subject, "") << "nobody has verified it";
}

}  // namespace
}  // namespace injector::testing
