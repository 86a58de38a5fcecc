#pragma once
// When each connection was last given to a job. Grants write nothing for it: the log says it all,
// and this copies the newest from there, once a minute.

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector {

// Notes what the log holds of it since this was called last, by whichever program.
Status NoteLastUses(Desk& desk);

}  // namespace injector
