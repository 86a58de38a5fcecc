#pragma once
// Finding what is over, so that it can be forgotten.

#include <array>
#include <string_view>

namespace injector {

inline constexpr std::array kSchemaV2 = {
    std::string_view("CREATE INDEX leases_by_end ON leases (expires_at)"),
    std::string_view("CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)"),
};

}  // namespace injector
