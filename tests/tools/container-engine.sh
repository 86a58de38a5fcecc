# shellcheck shell=bash disable=SC2034
# Sourced: podman with a store of its own in $scene, as `engine`, and with a runtime that asks for nothing that a
# container around us may not grant. Requires: podman, runc, jq, root.
scene=$(mktemp -d)
export STORAGE_DRIVER=vfs
engine=(podman --root "$scene/store" --runroot "$scene/run" --runtime "$scene/runtime" --cgroup-manager cgroupfs)
trap remove_scene EXIT
remove_scene() {
  "${engine[@]}" rm --all --force --time 1 >"$scene/removal" 2>&1 || true
  "${engine[@]}" rmi --all --force >"$scene/removal" 2>&1 || true
  rm -rf "$scene"
}

# runc without higher limits and without cgroups.
cat >"$scene/runtime" <<'RUNTIME'
#!/usr/bin/env bash
previous=
for word in "$@"; do
  case $previous in
    -b | --bundle)
      jq 'del(.process.rlimits, .process.oomScoreAdj, .linux.cgroupsPath, .linux.resources)
          | .linux.namespaces |= map(select(.type != "cgroup"))
          | .mounts |= map(select(.type | startswith("cgroup") | not))' "$word/config.json" >"$word/config.new" &&
        mv "$word/config.new" "$word/config.json" ;;
    -p | --process)
      jq 'del(.rlimits, .oomScoreAdj)' "$word" >"$word.new" && mv "$word.new" "$word" ;;
  esac
  previous=$word
done
exec runc "$@"
RUNTIME
chmod +x "$scene/runtime"

failed=0
expect() {  # WHAT EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then return; fi
  printf '%s: expected %s, got %s\n' "$1" "$2" "$3" >&2
  failed=1
}
