#!/usr/bin/env bash
# Builds the solution and runs every suite. See --help.
set -uo pipefail

usage() {
  cat <<'HELP'
Usage: tests/run.sh [--install] [--filter X]

Runs every check of the project, from any current directory:
  1. build of the solution in Release, warnings as errors
  2. dotnet format --verify-no-changes
  3. every test project; tests/Conformance starts its own mail servers on loopback ports
  4. the demo once, in a temporary folder

  --install   install what the suites lack (Debian or Ubuntu; as root, or with sudo that asks nothing); Cyrus, which cannot
              stand beside Dovecot, is unpacked into /var/cache/enquiry-triage-tests, or where ENQUIRYTRIAGE_CYRUS says
  --filter X  only tests whose full name contains X, or any expression of dotnet test --filter;
              leaves out steps 2 and 4
  --help      this text

What is missing is named, and the tests that need it are skipped. With CI=true nothing is skipped:
a suite that cannot run is a failure.

The last line is "N passed, N failed" (", N skipped" where tests were skipped). It counts tests; a build, format check or
demo that fails, and a test project that ends without results, count as one failure each.
Exit code: 0 when nothing failed, 1 otherwise, 2 on wrong usage.
HELP
}

install=false
filter=''
while [ $# -gt 0 ]; do
  case $1 in
    --install) install=true ;;
    --filter)
      [ $# -ge 2 ] && [ -n "$2" ] || { echo "--filter needs a value; see --help" >&2; exit 2; }
      filter=$2
      shift
      ;;
    --filter=?*) filter=${1#--filter=} ;;
    -h | --help) usage; exit 0 ;;
    *) echo "unknown option '$1'; see --help" >&2; exit 2 ;;
  esac
  shift
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
cd "$root" || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/enquiry-triage-tests.XXXXXX") || exit 1
our_policy=''
cleanup() {
  [ -z "$our_policy" ] || $as_root rm -f "$our_policy"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

passed=0 failed=0 skipped=0
ci=false
[ "${CI:-}" = true ] && ci=true
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# No build server outlives the run.
export MSBUILDDISABLENODEREUSE=1

finish() {
  local line="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
  echo "$line"
  [ "$failed" -eq 0 ] && exit 0
  exit 1
}

# step NAME COMMAND...: runs a step and says how long it took; its failure is the caller's to count.
step() {
  local name=$1 start=$SECONDS code
  shift
  echo "--- $name"
  "$@"
  code=$?
  if [ $code -eq 0 ]; then
    echo "--- $name: done in $((SECONDS - start)) s"
  else
    echo "--- $name: FAILED (exit code $code) after $((SECONDS - start)) s"
  fi
  return $code
}

cyrus=${ENQUIRYTRIAGE_CYRUS:-/var/cache/enquiry-triage-tests/cyrus}

# ---- What the suites lack: name | a check that it is there | Debian packages | what needs it
needs=(
  'dovecot|[ -x /usr/sbin/dovecot ] && [ -x /usr/lib/dovecot/imap ] && [ -x /usr/lib/dovecot/lmtp ]|dovecot-imapd dovecot-lmtpd|tests/Conformance'
  'postfix|[ -x /usr/sbin/postfix ] && [ -x /usr/lib/postfix/sbin/master ]|postfix|tests/Conformance'
  'cyrus|[ -x /usr/lib/cyrus/bin/imapd ] || [ -x "$cyrus/usr/lib/cyrus/bin/imapd" ]|cyrus-imapd cyrus-common sasl2-bin|tests/Conformance'
)
# Only one package may be the machine's imap-server, so Cyrus cannot stand beside Dovecot: it is unpacked into a folder of its own, outside the tree.
unpacked=(cyrus-imapd cyrus-common sasl2-bin)
export ENQUIRYTRIAGE_CYRUS=$cyrus
missing_names=() missing_packages=()

# Exim's package and Postfix's exclude each other: Exim is unpacked into a folder of its own, outside the tree, which its user can enter.
exim_root=${ENQUIRYTRIAGE_EXIM:-/var/cache/enquiry-triage/exim}
export ENQUIRYTRIAGE_EXIM=$exim_root
exim_is_there() { [ -x "$exim_root/usr/sbin/exim4" ] && getent passwd Debian-exim >/dev/null; }

look_for_missing() {
  missing_names=() missing_packages=()
  exim_is_there || missing_names+=("exim (unpacked in $exim_root with its user Debian-exim, for tests/Conformance)")
  local entry name check packages user
  for entry in "${needs[@]}"; do
    # The checks contain "&&" and "||": a single bar parts the fields.
    IFS=$'\x1f' read -r name check packages user <<<"$(sed -e 's/||/\x02/g' -e 's/|/\x1f/g' -e 's/\x02/||/g' <<<"$entry")"
    if ! eval "$check"; then
      missing_names+=("$name (Debian packages $packages, for $user)")
      # shellcheck disable=SC2206 # a list of words
      missing_packages+=($packages)
    fi
  done
}

as_root=''
become_root() {
  [ "$(id -u)" -eq 0 ] && return 0
  as_root='sudo -n'
  sudo -n true 2>/dev/null && return 0
  echo "--install needs root: run it as root, or install by hand: ${missing_packages[*]}" >&2
  return 1
}

# The packages would start their daemons on the usual ports; invoke-rc.d asks this file first. One that is there already stays.
forbid_daemons() {
  local policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] && return 0
  our_policy=$policy
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null && $as_root chmod 755 "$policy"
}

allow_daemons() {
  [ -z "$our_policy" ] || $as_root rm -f "$our_policy"
  our_policy=''
}

# Without its setuid bit, which would drop LD_LIBRARY_PATH; libidn12 lies beside it.
unpack_exim() {
  local downloads=$work/exim package
  mkdir -p "$downloads" && chmod 755 "$work" "$downloads" || return 1
  (cd "$downloads" && apt-get -qq -o Acquire::Retries=3 download exim4-daemon-light libidn12) || return 1
  $as_root mkdir -p "$exim_root" || return 1
  for package in "$downloads"/*.deb; do
    $as_root dpkg -x "$package" "$exim_root" || return 1
  done
  $as_root chmod 755 "$exim_root" && $as_root chmod u-s "$exim_root/usr/sbin/exim4" || return 1
  if LD_LIBRARY_PATH=$(dirname "$(find "$exim_root/usr/lib" -name libidn.so.12)") ldd "$exim_root/usr/sbin/exim4" | grep 'not found'; then
    return 1
  fi
  getent passwd Debian-exim >/dev/null || $as_root useradd --system --no-create-home --shell /usr/sbin/nologin Debian-exim
}

# Servers drop to other users, who must get there.
unpack_packages() {
  mkdir "$work/deb" && (cd "$work/deb" && apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root download "$@") || return 1
  $as_root mkdir -p "$cyrus" && $as_root chmod 755 "$(dirname "$cyrus")" "$cyrus" || return 1
  local package
  for package in "$work"/deb/*.deb; do
    $as_root dpkg -x "$package" "$cyrus" || return 1
  done
}

install_missing() {
  command -v apt-get >/dev/null || { echo "no apt-get here: install by hand: ${missing_packages[*]}" >&2; return 1; }
  become_root && forbid_daemons || return 1
  printf 'postfix postfix/main_mailer_type select Local only\npostfix postfix/mailname string localhost\n' \
    | $as_root debconf-set-selections || return 1
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 update || return 1
  if ! exim_is_there; then
    unpack_exim >>"$work/apt.log" 2>&1 || { tail -n 30 "$work/apt.log" >&2; return 1; }
  fi
  local packages=() unpack=() package
  for package in "${missing_packages[@]}"; do
    if [[ " ${unpacked[*]} " == *" $package "* ]]; then unpack+=("$package"); else packages+=("$package"); fi
  done
  if [ ${#unpack[@]} -gt 0 ]; then
    # The libraries that they need conflict with nothing and are installed as usual.
    local library='s/^ *Depends: \(lib[a-z0-9.+-]*\)$/\1/p'
    mapfile -t -O ${#packages[@]} packages < <(apt-cache depends "${unpack[@]}" | sed -n "$library" | sort -u)
  fi
  [ ${#packages[@]} -eq 0 ] || $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install -y --no-install-recommends \
    "${packages[@]}" </dev/null >>"$work/apt.log" 2>&1 || { tail -n 30 "$work/apt.log" >&2; return 1; }
  [ ${#unpack[@]} -eq 0 ] || unpack_packages "${unpack[@]}" >>"$work/apt.log" 2>&1 || { tail -n 30 "$work/apt.log" >&2; return 1; }
  allow_daemons
  look_for_missing
  [ ${#missing_names[@]} -eq 0 ]
}

if ! command -v dotnet >/dev/null; then
  echo "The .NET SDK is missing: install version 10 (https://dot.net), then run this again." >&2
  failed=1
  finish
fi

look_for_missing
if [ ${#missing_names[@]} -gt 0 ] && $install; then
  step "install what is missing" install_missing || failed=$((failed + 1))
fi
if [ ${#missing_names[@]} -gt 0 ]; then
  printf 'missing: %s\n' "${missing_names[@]}"
  $install || echo "(--install installs it)"
fi
if $ci; then
  export ENQUIRYTRIAGE_REQUIRE_SERVERS=1
  # Mutated mails that the reader must get through; a few thousand where nothing is said.
  export MAIL_FUZZ_MUTANTS=${MAIL_FUZZ_MUTANTS:-100000}
fi

# ---- 1. Build
build() {
  dotnet build EnquiryTriage.sln -c Release -warnaserror -v minimal -nologo --disable-build-servers
}
if ! step 'build' build; then
  failed=$((failed + 1))
  finish
fi

# ---- 2. Format
if [ -z "$filter" ]; then
  step 'format' dotnet format EnquiryTriage.sln --no-restore --verify-no-changes || failed=$((failed + 1))
fi

# ---- 3. Tests
# counter FILE NAME: a number of the results' <Counters>.
counter() {
  sed -n 's/.*<Counters [^>]*\b'"$2"'="\([0-9]*\)".*/\1/p' "$1" | head -n 1
}

run_tests() {
  local arguments=(test "$1" -c Release --no-build --nologo -v quiet --results-directory "$work/results"
    --logger "trx;LogFileName=$2.trx" --logger 'console;verbosity=minimal'
    --blame-hang-timeout 15m --blame-hang-dump-type none)
  [ -z "$filter" ] || arguments+=(--filter "$filter")
  dotnet "${arguments[@]}"
}

selected=0
for project in tests/*/*.csproj; do
  grep -q 'Include="Microsoft.NET.Test.Sdk"' "$project" || continue
  name=$(basename "$project" .csproj)
  step "$name" run_tests "$project" "$name"
  code=$?
  results="$work/results/$name.trx"
  if [ -f "$results" ]; then
    total=$(counter "$results" total)
    ran=$(counter "$results" executed)
    good=$(counter "$results" passed)
    bad=$((ran - good))
    selected=$((selected + total))
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + total - ran))
    # Ended badly although no test did: a crash of the test process, say.
    if [ $code -ne 0 ] && [ "$bad" -eq 0 ]; then
      failed=$((failed + 1))
    fi
    if $ci && [ "$total" -gt "$ran" ]; then
      echo "$name: $((total - ran)) tests were skipped, which CI does not allow."
      failed=$((failed + total - ran))
      skipped=$((skipped - total + ran))
    fi
  elif [ $code -ne 0 ]; then
    failed=$((failed + 1))
  elif [ -z "$filter" ]; then
    echo "$name: no test ran."
  fi
done
if [ $selected -eq 0 ]; then
  echo "No test matches '${filter:-anything}'."
  failed=$((failed + 1))
fi

# ---- 4. The demo
demo() {
  mkdir "$work/demo" && cd "$work/demo" \
    && dotnet run -c Release --no-build --project "$root/src/EnquiryTriage.Worker" -- demo --once >"$work/demo.log" 2>&1
  local code=$?
  cd "$root" || return 1
  tail -n "$([ $code -eq 0 ] && echo 12 || echo 60)" "$work/demo.log"
  return $code
}
if [ -z "$filter" ]; then
  step 'demo --once' demo || failed=$((failed + 1))
fi

finish
