#!/bin/sh
# Installs nsc and nk below a prefix: gets the archive for this system and the list of digests of a release, and unpacks
# only what has the digest that is listed.
#
#   sh install.sh [--version VERSION] [--prefix DIR] [--url URL]
#
# Everything is in functions that the last line calls: a script that was cut off on its way does nothing.
set -eu

# Where releases are; the copy of this script in a release has it filled in.
releases=''

usage() {
    cat <<'EOF'
install.sh [--version VERSION] [--prefix DIR] [--url URL]

  --version VERSION  the release, such as 1.2.0; the latest unless given (NSC_RS_VERSION)
  --prefix DIR       what to install below: programs in bin, the rest in share; ~/.local unless given (NSC_RS_PREFIX)
  --url URL          the folder with the files of the release: https://, or file:// or http:// of this machine (NSC_RS_URL)
EOF
}

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

need() {
    command -v "$1" >/dev/null 2>&1 || fail "\`$1\` is needed, and is not here"
}

# The system as release files name it.
system() {
    case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    MINGW* | MSYS* | CYGWIN*) os=windows ;;
    *) fail "no release for the system \`$(uname -s)\`: build it with cargo install" ;;
    esac
    case $(uname -m) in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    *) fail "no release for the machine \`$(uname -m)\`: build it with cargo install" ;;
    esac
    printf 'nsc-rs-%s-%s' "$os" "$arch"
}

# The protocol that may be used for a URL: what is not encrypted must not leave this machine.
protocol() {
    case $1 in
    *@* | *[[:space:]]*) fail "\`$1\` is no URL to install from" ;;
    https://*) printf https ;;
    file:///*) printf file ;;
    http://127.0.0.1:* | http://127.0.0.1/* | http://localhost:* | http://localhost/* | 'http://[::1]:'* | 'http://[::1]/'*)
        printf http
        ;;
    *) fail "\`$1\` is not https" ;;
    esac
}

# get URL FILE
get() {
    curl --proto "=$(protocol "$1")" --tlsv1.2 --fail --silent --show-error --globoff --location --max-redirs 5 \
        --output "$2" "$1" || fail "cannot get \`$1\`"
}

digest() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1"
    else
        need openssl
        openssl dgst -sha256 -r <"$1"
    fi | cut -d ' ' -f 1
}

# The digest that the list FILE has for NAME; it must be there exactly once.
listed() {
    awk -v name="$2" '
        ($2 == name || $2 == "*" name) && length($1) == 64 && $1 !~ /[^0-9a-fA-F]/ { found = tolower($1); count++ }
        END { if (count == 1) print found }
    ' "$1"
}

# Copies what is below DIR to below PREFIX, each file by a rename, so that a running program stays whole.
copy() {
    (cd "$1" && find bin share -type f) | while IFS= read -r file; do
        target=$2/$file
        mkdir -p "$(dirname "$target")"
        new=$(dirname "$target")/.$(basename "$target").new$$
        case $file in
        bin/*) mode=755 ;;
        *) mode=644 ;;
        esac
        if cp "$1/$file" "$new" && chmod "$mode" "$new" && mv -f "$new" "$target"; then
            continue
        fi
        rm -f "$new"
        exit 1
    done || fail "cannot write below \`$2\`"
}

main() {
    version=${NSC_RS_VERSION:-latest}
    prefix=${NSC_RS_PREFIX:-}
    url=${NSC_RS_URL:-}
    while [ $# -gt 0 ]; do
        case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --version | --prefix | --url)
            [ $# -ge 2 ] || fail "\`$1\` needs a value"
            case $1 in
            --version) version=$2 ;;
            --prefix) prefix=$2 ;;
            --url) url=$2 ;;
            esac
            shift 2
            ;;
        *)
            usage >&2
            exit 2
            ;;
        esac
    done
    if [ -z "$prefix" ]; then
        [ -n "${HOME:-}" ] || fail 'no home folder: --prefix says where to install'
        prefix=$HOME/.local
    fi
    if [ -z "$url" ]; then
        [ -n "$releases" ] || fail 'this copy of the script knows no releases: --url says where the files are'
        case $version in
        latest) url=$releases/latest/download ;;
        *[!0-9A-Za-z.+-]*) fail "\`$version\` is no version" ;;
        *) url=$releases/download/v${version#v} ;;
        esac
    fi
    protocol "$url" >/dev/null
    for tool in curl tar awk uname find mktemp; do
        need "$tool"
    done
    name=$(system)
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 1' HUP INT TERM

    get "${url%/}/SHA256SUMS" "$scratch/SHA256SUMS"
    wanted=$(listed "$scratch/SHA256SUMS" "$name.tar.gz")
    [ -n "$wanted" ] || fail "\`${url%/}/SHA256SUMS\` lists no \`$name.tar.gz\`: no release for this system"
    get "${url%/}/$name.tar.gz" "$scratch/$name.tar.gz"
    found=$(digest "$scratch/$name.tar.gz")
    [ "$found" = "$wanted" ] ||
        fail "\`$name.tar.gz\` is not what was released: its SHA-256 is $found, not $wanted; nothing is installed"

    mkdir "$scratch/unpacked"
    tar -xzf "$scratch/$name.tar.gz" -C "$scratch/unpacked" || fail "cannot unpack \`$name.tar.gz\`"
    [ -d "$scratch/unpacked/$name/bin" ] || fail "\`$name.tar.gz\` holds no programs"
    copy "$scratch/unpacked/$name" "$prefix"
    printf 'installed nsc and nk in %s/bin\n' "$prefix"
    case ":${PATH:-}:" in
    *":$prefix/bin:"*) ;;
    *) printf 'to find them: export PATH="%s/bin:%s"\n' "$prefix" "\$PATH" ;;
    esac
}

main "$@"
