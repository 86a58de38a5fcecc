#pragma once
// `injector connections add` into a connections.yaml: the questions, the lines in the file, and
// what has to be said about the variables that its secrets became.

#include <string>

#include "injector/base/result.h"
#include "injector/cli/session.h"
#include "injector/cli/terminal.h"

namespace injector {

// Where the values of secret fields are to be.
enum class SecretPlace {
  kElsewhere,  // not asked for: whoever runs the job sets the variables
  kDotenv,     // asked for, and put into the `.env` beside the file, which only its owner may read
};

struct ConnectionsFileAddition {
  std::string path;   // a file that need not be there, or a directory (yaml_source.h)
  std::string type;   // empty: ask
  std::string alias;  // empty: ask
  SecretPlace secrets = SecretPlace::kElsewhere;
};

// Asks, and writes the file (and `.env`) atomically, with the mode that it has. kAlreadyExists for
// a name that is taken. When the file's style leaves no place to put lines in, they are said, to be
// put in by hand, and that is the error (connections_yaml_insert.h).
Status AddToConnectionsFile(Session& session, Terminal& terminal,
                            const ConnectionsFileAddition& addition);

}  // namespace injector
