#!/usr/bin/env bash
# Builds each consumer as its author would, and runs it. Ends with one line: N passed, N failed.
#
#   run.sh [add_subdirectory|find_package|copied_headers...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mocker-consumers-XXXXXX")
trap 'rm -rf "$work"' EXIT

cmake_options=(-G Ninja -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS=-Wall -Wextra -O0")
cxx=${CXX:-g++}
if command -v ccache >/dev/null; then
    # The work directory has another name each time: let ccache see through it.
    export CCACHE_BASEDIR=$work CCACHE_NOHASHDIR=1
    cmake_options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    cxx="ccache $cxx"
fi

add_subdirectory() {
    cmake -S "$here/add_subdirectory" -B "$work/sub" "${cmake_options[@]}" "-DMOCKER_TREE=$top"
    cmake --build "$work/sub"
    ctest --test-dir "$work/sub" --output-on-failure --no-tests=error
}

find_package() {
    cmake -S "$top" -B "$work/library" "${cmake_options[@]}" -DMOCKER_BUILD_PROGRAMS=OFF -DMOCKER_BUILD_TESTS=OFF
    cmake --install "$work/library" --prefix "$work/prefix"
    cmake -S "$here/find_package" -B "$work/found" "${cmake_options[@]}" "-DCMAKE_PREFIX_PATH=$work/prefix"
    cmake --build "$work/found"
    ctest --test-dir "$work/found" --output-on-failure --no-tests=error
}

copied_headers() {
    mkdir -p "$work/copied/third_party"
    cp -r "$top/include/mocker" "$work/copied/third_party/"
    make -C "$work/copied" -f "$here/copied_headers/Makefile" -j2 "CXX=$cxx" SOURCE="$here/copied_headers" INCLUDE=third_party
    "$work/copied/header_only"
    "$work/copied/compiled_once"
}

passed=0 failed=0
[ $# -gt 0 ] || set -- add_subdirectory find_package copied_headers
for consumer in "$@"; do
    echo "== $consumer"
    set +e # the condition of an `if` would switch -e off inside
    (set -e; "$consumer")
    status=$?
    set -e
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $consumer"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
