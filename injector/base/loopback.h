#pragma once
// Which hosts are this machine.

#include <string_view>

namespace injector {

// Whether only this machine can reach `host`: an address of 127.0.0.0/8, ::1 (with or without
// brackets), or "localhost" (RFC 6761, section 6.3).
bool IsLoopback(std::string_view host);

}  // namespace injector
