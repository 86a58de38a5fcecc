#pragma once
// JSON Web Tokens for tests, signed by keys that RFCs have published: headers and claims are
// whatever bytes the test gives.

#include <string>
#include <string_view>
#include <vector>

namespace injector::testing {

// "rsa-1" (RFC 7515, A.2), "ec-1" (RFC 7515, A.3), "rsa-2" (RFC 7520, 3.4): their key ids.
enum class TestKey { kRsa1, kEc1, kRsa2 };

std::string Base64Url(std::string_view bytes);

// The public keys as a JWK Set.
std::string KeySetOf(const std::vector<TestKey>& keys);

// BASE64URL(header).BASE64URL(claims).BASE64URL(signature), with the key's own algorithm whatever
// the header says.
std::string SignToken(std::string_view header, std::string_view claims, TestKey key);
// With the header {"alg", "kid", "typ"} that fits the key.
std::string SignToken(std::string_view claims, TestKey key = TestKey::kRsa1);

}  // namespace injector::testing
