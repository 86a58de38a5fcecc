// The worked example of FORMAT.md is a real store: what the page says can be checked against it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "injector/crypto/aead.h"
#include "injector/crypto/hkdf.h"
#include "injector/crypto/hmac.h"
#include "tests/support/paths.h"
#include "tests/unit/injector/sources/store_fixture.h"

namespace injector {
namespace {

class FormatPageTest : public StoreFixture {
 protected:
  void SetUp() override {
    std::ostringstream page;
    page
        << std::ifstream(tests::SourceFile("../injector/sources/encrypted_file/FORMAT.md")).rdbuf();
    page_ = std::move(page).str();
    const std::size_t begin = page_.find("```json\n") + 8;
    example_ = page_.substr(begin, page_.find("```", begin) - begin);
  }
  // The text between the quotes after `name`.
  std::string Member(const std::string& name) const {
    const std::size_t begin = example_.find('"' + name + "\": \"") + name.size() + 5;
    return example_.substr(begin, example_.find('"', begin) - begin);
  }
  Secret Derive(std::string_view label) const {
    return HkdfSha256(raw_key_, Base64Decode(Member("salt")).value().Reveal(), label, 32).value();
  }

  static constexpr std::string_view kKeyText =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  const KeyText key_ = KeyText::Parse(kKeyText).value();
  const Secret raw_key_ = HexDecode(kKeyText).value();
  std::string page_;
  std::string example_;
};

TEST_F(FormatPageTest, ExampleOpens) {
  WriteText(example_);
  const Result<Store> store = Store::Open(path_, &key_);
  ASSERT_TRUE(store.ok()) << store.error().message();
  const Connection connection = store->Get(ConnectionName{"postgres", "main"}).value();
  EXPECT_TRUE(connection.is_default);
  EXPECT_EQ(PasswordOf(connection), "swordfish");
  EXPECT_EQ(store->GetVariable("api_token").value().value.Reveal(), "tkn-4711");
  EXPECT_EQ(store->GetVariable("api_token").value().description, "for the deploy job");
  EXPECT_EQ(store->GetVariable("region").value().value.Reveal(), "eu-west-1");
}

// By the page alone, with nothing of the store's code.
TEST_F(FormatPageTest, DescribedStepsDecryptTheExample) {
  EXPECT_EQ(Member("fingerprint"), KeyFingerprint(raw_key_).value());
  Secret encryption_key = Derive("injector store encryption v1");
  const Secret mac_key = Derive("injector store mac v1");
  EXPECT_THAT(page_, testing::HasSubstr(HexEncode(encryption_key.Reveal())));
  EXPECT_THAT(page_, testing::HasSubstr(HexEncode(mac_key.Reveal())));

  const std::string covered = example_.substr(0, example_.rfind(",\n  \"mac\": \""));
  EXPECT_EQ(Base64Encode(HmacSha256(mac_key, covered).value().Reveal()).Reveal(), Member("mac"));

  std::string associated_data;
  for (const std::string field :
       {"injector.connections", "1", "connection", "postgres", "main", "1", "1"}) {
    associated_data += std::string(7, '\0') + static_cast<char>(field.size()) + field;
  }
  const Result<Secret> body =
      Aead::Create(std::move(encryption_key))
          .value()
          .Open(Base64Decode(Member("sealed")).value().Reveal(), associated_data);
  ASSERT_TRUE(body.ok());
  EXPECT_THAT(page_, testing::HasSubstr("\n    " + std::string(body->Reveal()) + "\n"));
}

}  // namespace
}  // namespace injector
