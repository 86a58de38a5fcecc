#!/bin/sh
# Plays a job's tool: writes down its command line, and whatever it could find a login in.
{ tr '\0' ' ' <"/proc/$$/cmdline"; echo; } >>"$RECORD/arguments"
{ env; grep -rhs '' "$XDG_RUNTIME_DIR"; cat; } >>"$RECORD/found"
echo 7
