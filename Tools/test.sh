#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs every test and ends with "N passed, N failed": the unit tests of both packages, then the guest cases.
# Each part prints its own lines; a part that breaks without a count is one failure.
cd "$(dirname -- "$0")/.." || exit 1
passed=0 failed=0
log=$(mktemp) && trap 'rm -f "$log"' EXIT

# unit NAME PACKAGE: the unit tests of a package. Swift Testing prints one line per test.
unit() {
    echo "== $1"
    swift test --package-path "$2" 2>&1 | tee "$log" | grep -E "^(✘|error:|.*: error:)|recorded an issue|^. Test run"
    local status=${PIPESTATUS[0]}
    local good bad
    good=$(grep -cE '^✔ Test (".*"|.*\(\)) .*passed after' "$log")
    bad=$(grep -cE '^✘ Test (".*"|.*\(\)) .*failed after' "$log")
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
        tail -n 40 "$log"
    fi
    passed=$((passed + good)) failed=$((failed + bad))
}

# counted NAME COMMAND…: a part that ends with a line "N passed, N failed" of its own.
counted() {
    local name=$1
    shift
    echo "== $name"
    "$@" 2>&1 | tee "$log"
    local status=${PIPESTATUS[0]} line good bad
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
    good=${line%% *}
    bad=$(echo "$line" | sed 's/.*, \([0-9]*\) failed/\1/')
    if [ -z "$line" ]; then good=0 bad=1; fi
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    passed=$((passed + good)) failed=$((failed + bad))
}

unit "unit tests of the kernel's modules" .
unit "unit tests of the tool" Tools

# The developers' helper is a release build, as for `make check`; what the linker warns of is shown only when it fails.
swift build --quiet --package-path Tools -c release --static-swift-stdlib --product dev 2>"$log" || tail -n 40 "$log"
counted "guest cases and programs" Tools/.build/release/dev test
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
