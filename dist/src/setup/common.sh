# What dist/quickstart, dist/verify and dist/bench/run have in common: finding a JDK and the programs that are needed, installing what is
# missing.
# Bash. Expects $program, the name for messages, and $top, the folder of the parent pom.

say() {
    printf '%s: %s\n' "$program" "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# Prints the major version of the JDK at $1, or nothing.
jdk_version() {
    [[ -x $1/bin/javac && -r $1/release ]] || return 0
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release"
}

# Sets JAVA_HOME to a JDK of 17 or newer: the one that is set, the one in PATH, any in /usr/lib/jvm. Fails if there is none.
find_jdk() {
    local candidate javac version
    local -a candidates=("${JAVA_HOME:-}")
    if javac=$(command -v javac); then
        javac=$(readlink -f "$javac")
        candidates+=("${javac%/bin/javac}")
    fi
    candidates+=(/usr/lib/jvm/*)
    for candidate in "${candidates[@]}"; do
        [[ -n $candidate ]] || continue
        version=$(jdk_version "$candidate")
        if ((${version:-0} >= 17)); then
            export JAVA_HOME=$candidate
            return 0
        fi
    done
    return 1
}

# How to run something as root without a question: prints nothing for root, "sudo -n" where that works; fails otherwise.
as_root() {
    if ((EUID == 0)); then
        return 0
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo "sudo -n"
    else
        return 1
    fi
}

# Installs Debian packages, or prints the command that would and exits.
#
# No service is started: a policy says so to the packages' scripts, for as long as this takes, unless the machine has a policy of its own.
install() {
    local -a packages=("$@")
    local sudo policy=/usr/sbin/policy-rc.d status=0
    if ! command -v apt-get >/dev/null; then
        die "needs ${packages[*]}, and there is no apt-get here: install them by the means of this system, then run again"
    fi
    if ! sudo=$(as_root); then
        die "needs packages; run this, then run again:
    sudo apt-get update && sudo apt-get install --no-install-recommends ${packages[*]}"
    fi
    say "installing ${packages[*]}"
    # In a shell of its own, whose trap takes the policy away again, also when this is interrupted.
    (
        if [[ ! -e $policy ]]; then
            # shellcheck disable=SC2064 # $sudo is what it is now
            trap "$sudo rm -f $policy" EXIT
            trap 'exit 130' INT TERM HUP
            printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
            $sudo chmod 755 $policy
        fi
        apt_install "$sudo" "${packages[@]}"
    ) || status=$?
    if ((status != 0)); then
        die "apt-get failed, see above; the packages are: ${packages[*]}"
    fi
    keep_from_starting "${packages[@]}"
}

# What a test needs as a program only shall not be a service from the next boot on.
keep_from_starting() {
    local package unit sudo
    sudo=$(as_root)
    for package in "$@"; do
        case $package in
            openssh-server) unit=ssh ;;
            proftpd-core) unit=proftpd ;;
            postgresql) unit=postgresql ;;
            haproxy) unit=haproxy ;;
            *) continue ;;
        esac
        # shellcheck disable=SC2086
        if $sudo systemctl disable "$unit" >/dev/null 2>&1; then
            say "the service $unit came with $package; it is not started, and disabled (systemctl enable $unit)"
        fi
    done
}

apt_install() {
    local sudo=$1
    shift
    local -a options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=120)
    # With lists that are there and fresh enough this succeeds at once; else they are fetched.
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" </dev/null >&2 2>/dev/null && return 0
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null >&2 || return
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" </dev/null >&2
}

# Makes sure of a JDK and of programs, each given as PROGRAM=PACKAGE; the system's folders count as well as PATH.
need() {
    local -a missing=()
    local pair
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
    find_jdk || missing+=(openjdk-17-jdk-headless)
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
    done
    if ((${#missing[@]} > 0)); then
        mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
        install "${missing[@]}"
        hash -r
        find_jdk || die "no JDK of 17 or newer even now; set JAVA_HOME to one"
        for pair in "$@"; do
            command -v "${pair%%=*}" >/dev/null || die "${pair%%=*} is missing even now"
        done
    fi
    say "Java: $JAVA_HOME"
}

HOME=${HOME:-$(getent passwd "$EUID" | cut -d: -f6)}
export HOME
# Where FTP servers are that are not installed.
peers=${SSHDFTP_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/sshd-ftp-peers}

# Makes sure of FTP servers, each given as PROGRAM=PACKAGE, and of what they are linked with.
servers() {
    unpack_servers "$@"
    # Their libraries come with what is installed anyway, on most systems; say which are not there before something fails for it.
    if [[ -n $(missing_libraries "$@") ]]; then
        # The packages of Debian 12 that have what vsftpd and pure-ftpd are linked with.
        install libwrap0 libcap2 libpam0g libssl3 libsodium23 libcrypt1
        [[ -z $(missing_libraries "$@") ]] || die "FTP servers lack libraries: $(missing_libraries "$@")"
    fi
}

missing_libraries() {
    local pair
    for pair in "$@"; do
        ldd "$(server_path "${pair%%=*}")" | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p'
    done
}

# Prints where a program is, or nothing.
server_path() {
    local path
    for path in "$(command -v "$1")" "$peers/usr/sbin/$1" "$peers/usr/bin/$1"; do
        if [[ -x $path ]]; then
            echo "$path"
            return
        fi
    done
}

# The servers are unpacked, not installed: each would claim port 21, and pure-ftpd wants an inetd besides.
unpack_servers() {
    local missing=() pair work deb sudo
    for pair in "$@"; do
        [[ -n $(server_path "${pair%%=*}") ]] || missing+=("${pair#*=}")
    done
    ((${#missing[@]} > 0)) || return 0
    command -v apt-get >/dev/null || die "needs ${missing[*]}: install them by the means of this system, then run again"
    say "unpacking ${missing[*]} in $peers"
    work=$(mktemp -d)
    # apt-get drops its rights for a download, and must be able to write there all the same.
    chmod 755 "$work"
    if ! (cd "$work" && apt-get download -q "${missing[@]}") </dev/null >&2; then
        sudo=$(as_root) || die "run \"sudo apt-get update\", then run again"
        $sudo apt-get update -q </dev/null >&2
        (cd "$work" && apt-get download -q "${missing[@]}") </dev/null >&2
    fi
    mkdir -p "$peers"
    for deb in "$work"/*.deb; do
        dpkg -x "$deb" "$peers"
    done
    rm -rf -- "$work"
}
