#!/usr/bin/env bash
# encode.sh HOW IN OUT: writes each file of the directory IN to OUT, as HOW prints it. Shells and small tools.
set -u
how=$1 in=$2 out=$3

# The content of FILE, line ends at its end included, in $text.
take() { IFS= read -r -d '' text <"$1" || true; }

for file in "$in"/*; do
  target=$out/${file##*/}
  case $how in
    base64) base64 <"$file" ;;
    base64-w0) base64 -w0 <"$file" ;;
    base64-w20) base64 -w 20 <"$file" ;;
    openssl-base64) openssl base64 <"$file" ;;
    xxd-p) xxd -p <"$file" ;;
    xxd-p-u) xxd -p -u <"$file" ;;
    jq-R) jq -R . <"$file" ;;
    jq-Rs) jq -Rs . <"$file" ;;
    jq-Rs-a) jq -Rs -a . <"$file" ;;
    jq-uri) jq -Rs -r @uri <"$file" ;;
    jq-html) jq -Rs -r @html <"$file" ;;
    jq-sh) jq -Rs -r @sh <"$file" ;;
    jq-base64) jq -Rs -r @base64 <"$file" ;;
    utf-16le) iconv -f UTF-8 -t UTF-16LE <"$file" ;;
    utf-16le-base64) iconv -f UTF-8 -t UTF-16LE <"$file" | base64 -w0 ;;
    printf-q) take "$file"; printf %q "$text" ;;
    at-q) take "$file"; printf %s "${text@Q}" ;;
    declare-p) take "$file"; declare -p text ;;
    export-p) take "$file"; export text; export -p | sed -n '/^declare -x text=/,$p' ;;
    set) take "$file"; set | sed -n '/^text=/,$p' ;;
    bash-x) take "$file"; BASH_XTRACEFD=1 bash -xc ': "$1"' bash "$text" ;;
    bash-x-assignment) take "$file"; BASH_XTRACEFD=1 bash -xc 'v=$1' bash "$text" ;;
    bash-v) take "$file"; printf ': %q\n' "$text" | bash -v 2>&1 ;;
    dash-x) take "$file"; dash -xc ': "$1"' dash "$text" 2>&1 ;;
    dash-set) take "$file"; text=$text dash -c set | sed -n '/^text=/,$p' ;;
    env) take "$file"; env -i text="$text" env ;;
    env-0) take "$file"; env -i text="$text" env -0 ;;
    *) echo "encode.sh: unknown: $how" >&2; exit 2 ;;
  esac >"$target" || exit
done
