# Shared by the commands of this folder: where things are, and Debian packages installed when they are missing.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export CCACHE_SLOPPINESS=pch_defines,time_macros
export CCACHE_BASEDIR=$top

build_packages=(
    g++ cmake ninja-build ccache pkg-config
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev libisal-dev
    libzstd-dev libseccomp-dev libsqlite3-dev libmnl-dev libnftnl-dev libcli11-dev
    busybox-static
)
test_packages=(
    libgtest-dev libgmock-dev zlib1g-dev libbenchmark-dev clang-16 libclang-rt-16-dev
    docker-registry skopeo umoci debootstrap crun podman nftables iproute2 procps python3 python3-docker xz-utils zstd
)

say() { printf '\n== %s\n' "$*"; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# Installs those of the named packages that are missing; asks the package manager only if one is.
install_packages() {
    local missing=()
    local name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return
    [ "$(id -u)" -eq 0 ] || fail "these packages are missing, and only root can install them: ${missing[*]}"
    say "install ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    # Without their services: tests start what they need themselves.
    apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null || fail "the package manager failed"
}

# build PRESET TARGET...
build() {
    local preset=$1
    shift
    [ -e "$top/build/$preset/build.ninja" ] ||
        (cd "$top" && cmake --preset "$preset" >"$top/build-$preset.log" 2>&1) ||
        { cat "$top/build-$preset.log" >&2; fail "configuring $preset failed"; }
    rm -f "$top/build-$preset.log"
    ninja -C "$top/build/$preset" "$@"
}
