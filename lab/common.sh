# shellcheck shell=bash
# Shell functions shared by the scripts in this folder. Sourced, never run.

# The PATH of sudo and su may lack the folders of ip, dockerd and runc.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf '%s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# need_root COMMAND: exits unless run as root; the message suggests COMMAND.
need_root() {
    ((EUID == 0)) || die "This needs root, for network namespaces. Run: $1"
}

# test_program: all tests as one program, built by `swift build --build-tests`. Run directly, so that root neither builds
# anything nor needs a toolchain.
test_program() {
    local program
    program=$(compgen -G '.build/debug/*PackageTests.xctest') || die "The tests are not built. Build them first: make build-tests"
    say "$program"
}

# show_log FILE: prints the end of a log, to diagnose a failed step.
show_log() {
    [[ -s $1 ]] || return 0
    printf -- '--- the last lines of %s:\n' "${1##*/}"
    tail -n 15 "$1"
} >&2

# launch NAME COMMAND...: runs it in the background, with its output in $LAB/NAME.log. $LAB/start-NAME starts it again.
launch() {
    printf '#!/usr/bin/env bash\nexport PATH=%q TMPDIR=%q\nexec %s</dev/null >>%q 2>&1\n' \
        "$PATH" "$TMPDIR" "$(printf '%q ' "${@:2}")" "$LAB/$1.log" >"$LAB/start-$1"
    chmod +x "$LAB/start-$1"
    "$LAB/start-$1" &
    launched=$!
}

# await NAME SECONDS COMMAND...: waits until COMMAND succeeds; NAME was launched last.
await() {
    local end=$((SECONDS + $2))
    until "${@:3}" >/dev/null 2>&1; do
        kill -0 "$launched" 2>/dev/null || fail "$1 ended while it was starting." "$1"
        ((SECONDS < end)) || fail "$1 did not answer within $2 seconds." "$1"
        sleep 0.1
    done
}

# fail MESSAGE NAME...: shows the logs of each NAME first.
fail() {
    local name
    for name in "${@:2}"; do
        show_log "$LAB/$name.log"
    done
    die "$1"
}

# private_folder PATH: mounts an empty folder in memory, creating the path if the disk does not have it.
private_folder() {
    local parent=${1%/*} layer
    if [[ ! -d $1 ]]; then
        layer=$(mktemp -d)
        mkdir "$layer/upper" "$layer/work"
        mount -t overlay -o "lowerdir=$parent,upperdir=$layer/upper,workdir=$layer/work" private "$parent"
        mkdir "$1"
    fi
    mount -t tmpfs private "$1"
}

# remove_control_groups NAME: in each v1 hierarchy, or in the v2 one.
remove_control_groups() {
    local top tries
    for top in /sys/fs/cgroup/"$1" /sys/fs/cgroup/*/"$1"; do
        for ((tries = 0; tries < 50; tries++)); do
            [[ -d $top ]] || break
            find "$top" -depth -type d -delete 2>/dev/null || sleep 0.1
        done
    done
}

# busybox_image: a container image with all of busybox's commands, as a tar archive on stdout.
busybox_image() {
    local root program
    root=$(mktemp -d)
    program=$(command -v busybox)
    chmod 755 "$root"
    mkdir "$root/bin"
    cp "$program" "$root/bin/busybox"
    # A busybox that is not static needs its libraries.
    { ldd "$program" 2>/dev/null | grep -o '/[^ ]*' | xargs -r cp -L --parents -t "$root"; } || true
    "$root/bin/busybox" --install "$root/bin"
    tar -C "$root" -c .
    rm -r "$root"
}

# install_packages PACKAGE...: installs missing Debian packages; silent if there are none.
install_packages() {
    local package missing=()
    for package; do
        is_present "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || die "apt-get is missing. Please install these packages first: ${missing[*]}"

    say "Installing ${missing[*]}." >&2
    install_quietly "${missing[@]}" || die "apt-get could not install ${missing[*]}."
}

# By the package's files, not by its name: Debian's engine must not replace Docker's own, and busybox-static would remove
# the busybox that many hosts boot with.
is_present() {
    case $1 in
    docker.io) command -v dockerd ;;
    docker-cli) command -v docker ;;
    busybox-static) command -v busybox ;;
    iproute2) command -v ip ;;
    iputils-ping) command -v ping ;;
    util-linux) command -v unshare && command -v setpriv ;;
    libmnl0) [[ $(ldconfig -p) == *libmnl.so.0* ]] ;;
    *) is_installed "$1" ;;
    esac >/dev/null
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# A subshell, whose trap removes temporary files however the installation ends.
install_quietly() (
    export DEBIAN_FRONTEND=noninteractive
    apt=(apt-get -q -o DPkg::Lock::Timeout=120)
    packages=()
    new_services=()
    log=$(mktemp)
    guard=
    trap 'rm -f "$log" $guard' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP

    "${apt[@]}" update >"$log" 2>&1 || say "apt-get update failed. Using the existing package lists." >&2
    for package; do
        # docker-cli is a separate package from Debian 13 on, and part of docker.io before.
        [[ $package != docker-cli ]] || apt-cache show docker-cli >/dev/null 2>&1 || continue
        packages+=("$package")
        if [[ $package == docker.io ]]; then
            new_services+=(docker.service docker.socket)
            command -v containerd >/dev/null || new_services+=(containerd.service)
        fi
        [[ $package != frr ]] || new_services+=(frr.service)
    done

    # Debian starts services on installation. Docker's would add a bridge and firewall rules to the user's network.
    # policy-rc.d with status 101 is Debian's way to prevent that.
    if [[ ! -e /usr/sbin/policy-rc.d ]] || grep -q 'swiftvlan lab' /usr/sbin/policy-rc.d; then
        guard=/usr/sbin/policy-rc.d
        # Effective only while this script runs: a leftover of kill -9 does not affect a later installation.
        printf '#!/bin/sh\n# temporary, by the swiftvlan lab\n[ ! -d /proc/%d ] || exit 101\n' "$BASHPID" >"$guard"
        chmod 755 "$guard"
    fi
    # --no-remove: a conflict must not remove a package from this machine.
    if ! "${apt[@]}" -y --no-install-recommends --no-remove install "${packages[@]}" >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        exit 1
    fi
    # The guard is temporary. Without this, the newly installed services would start at the next boot.
    if ((${#new_services[@]})) && systemctl disable --quiet "${new_services[@]}" 2>/dev/null; then
        say "These services are installed, but off: ${new_services[*]}. systemctl enable --now starts them." >&2
    fi
)
