#pragma once
// Variables that decide which code a process runs, not what it works on: read by the dynamic
// loader, shells, interpreters and tools that start other programs. Beside them those that decide
// whom a process trusts with what it knows (certificate authorities, docker's host). Who may write
// a connection or a variable may choose its name; letting that name be LD_PRELOAD would hand them
// the job. Such names are therefore refused from generic connections, variables and `.env` files,
// and from anything that a prefix completes to one.
//
// Sources: glibc's list of variables dropped for set-user-ID programs (unsecvars.h), sudo's
// env_delete list (sudoers(5)), and the manuals of the programs named in the reasons.

#include <string_view>

namespace injector {

// Why `name` is refused ("the dynamic loader loads code by it"); empty when it is not. Names are
// case-sensitive, as their readers are.
std::string_view WhySteering(std::string_view name);

// The same for names that hold the state of a session: its working directory and its terminal. A
// variable or a `.env` may set them, for there somebody wrote the name itself; a field called `pwd`
// is a password, and only the rule that fields become variables would turn it into the job's PWD.
// USER, LANG and HTTP_PROXY are none of these: connections really bring them.
std::string_view WhySessions(std::string_view name);

}  // namespace injector
