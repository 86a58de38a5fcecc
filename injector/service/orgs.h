#pragma once
// Orgs, and what only the operator of the service may do: whoever has the database and the master
// key at hand.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/service/desk.h"
#include "injector/service/tokens.h"

namespace injector {

// The id of an org that nobody belongs to. Its chain records what belongs to no other: logins with
// a token that nobody has.
inline constexpr std::string_view kServiceOrg = "service";

// Makes the service org if it is not there. Each program calls it before it serves.
Status EnsureServiceOrg(Desk& desk);

// Makes an org; its id. kInvalidArgument for a name that is not 1 to 128 of A-Z a-z 0-9 . _ -
// beginning with a letter or digit; kAlreadyExists.
Result<std::string> CreateOrg(Desk& desk, const std::string& name);

// The id of the org of that name. kNotFound.
Result<std::string> FindOrg(Desk& desk, const std::string& name);

// Whoever has the database and its key may do in an org what its admins may.
Principal OperatorOf(const std::string& org_id);

// A token by the operator's own right: the first admin's, or one for an org that lost all of its.
Result<NewToken> IssueOperatorToken(Desk& desk, const std::string& org_id,
                                    const TokenRequest& request);

}  // namespace injector
