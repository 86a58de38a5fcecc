#pragma once
// The constants of the store's file format. FORMAT.md beside this header describes the bytes; the
// two change together.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace injector::store_format {

inline constexpr std::string_view kName = "injector.connections";
inline constexpr std::uint64_t kVersion = 1;

inline constexpr std::size_t kSaltSize = 32;         // bytes, fresh for every file and every rekey
inline constexpr std::size_t kFingerprintSize = 16;  // hex digits (KeyFingerprint())

// HKDF labels: what keeps the keys of one file apart.
inline constexpr std::string_view kEncryptionLabel = "injector store encryption v1";
inline constexpr std::string_view kMacLabel = "injector store mac v1";
inline constexpr std::string_view kMachineLabel = "injector store machine key v1";

// A passphrase costs at least this much to guess. Files that ask for less are refused: the message
// about a wrong key shows the fingerprint of what was tried, which must not come cheap.
inline constexpr std::uint32_t kMinScryptLog2N = 14;
inline constexpr std::uint32_t kMinScryptR = 8;

// The third field of the associated data.
inline constexpr std::string_view kConnectionKind = "connection";
inline constexpr std::string_view kVariableKind = "variable";

// The last member, which is not covered by itself: 44 base64 digits stand between the two.
inline constexpr std::string_view kMacPrefix = ",\n  \"mac\": \"";
inline constexpr std::string_view kMacSuffix = "\"\n}\n";
inline constexpr std::size_t kMacDigits = 44;

// Larger files are neither read nor written. 100,000 connections of common size fit.
inline constexpr std::size_t kMaxFileSize = std::size_t{64} << 20;
// How deep a field's value may be nested: leaves room for the document around it under the JSON
// parser's own limit of 64.
inline constexpr std::size_t kMaxValueDepth = 48;

}  // namespace injector::store_format
