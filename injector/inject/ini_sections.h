#pragma once
// Just enough of the AWS tools' configuration format (AWS SDKs and Tools Reference Guide, "Format
// of the config file") to replace one section of somebody's file and leave every other byte alone.

#include <string_view>

#include "injector/base/secret.h"

namespace injector {

// `text` without the sections whose name is `profile`: "[x]" and "[profile x]" both name x. Each
// section reaches from its header line to the next header. Ends in a newline unless empty.
Secret WithoutProfile(std::string_view text, std::string_view profile);

}  // namespace injector
