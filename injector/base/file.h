#pragma once
// Whole files: read with a limit, replace atomically. Blocking; no global state.

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/base/unique_fd.h"

namespace injector {

// Everything that can be read from `fd` until its end. kInvalidArgument beyond `limit` bytes.
// `name` stands for the descriptor in messages ("stdin", a path).
Result<Secret> ReadAll(int fd, std::string_view name, std::size_t limit);

// The content of the regular file (or pipe) at `path`. Errors name the path. Waits for the other
// side of a FIFO.
Result<Secret> ReadFile(const std::string& path, std::size_t limit);

// The same, but never waits: kInvalidArgument for a FIFO, a socket, a device or a directory.
Result<Secret> ReadRegularFile(const std::string& path, std::size_t limit);

// Writes all of `bytes` to `fd`, however many write(2) calls it takes.
Status WriteAll(int fd, std::string_view bytes, std::string_view name);

// Replaces the file at `path` so that any reader, and any crash at any point, finds either the old
// content or the new: writes a new file beside it (mode `mode`), fsync, rename, fsync of the
// directory. On failure (a full disk too) the old file is untouched and nothing is left beside it;
// only if the last fsync fails the new content is there and may not outlive a power cut, which the
// error says. A process killed on the way leaves `.<name>.<6 characters>.tmp`, never read by
// anybody: RemoveLeftovers(). Symbolic links in the last component are not followed: resolve first.
Status ReplaceFile(const std::string& path, std::string_view content, mode_t mode);

// Removes what killed calls of ReplaceFile(path) have left. Requires: nobody else is writing `path`
// now (hold its lock).
Status RemoveLeftovers(const std::string& path);

// Makes the directory that `path` lies in, and those above it, with mode `mode` each; existing ones
// stay as they are.
Status MakeDirectoryOf(const std::string& path, mode_t mode);

// The final target of `path`: every symbolic link resolved, though the last component need not
// exist.
Result<std::string> ResolveLinks(const std::string& path);

}  // namespace injector
