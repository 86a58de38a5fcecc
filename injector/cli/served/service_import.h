#pragma once
// `connections import` where --service names a credential service.

#include "injector/base/result.h"
#include "injector/cli/connections/import_plan.h"
#include "injector/cli/session.h"
#include "injector/exchange/bundle.h"

namespace injector {

// One request a connection or variable, after everything is looked up and nothing speaks against
// any. When one fails all the same, those before it are stored, and printed; the error says which
// it is. What is there with secrets counts as different, for nobody sees whether it is. Errors as
// ImportBundle(); kConflict, too, for a name that another type has, and for a default of a type
// that has another one.
Status ImportToService(Session& session, const Bundle& bundle, ImportMode mode,
                       WhenTaken when_taken);

}  // namespace injector
