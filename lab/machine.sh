# shellcheck shell=bash
# Functions shared by the scripts that check a virtual machine step by step. Sourced, after common.sh.

checks=0
failures=0
since=$SECONDS
# Copied to the machine as /root/files.
files=$(mktemp -d)

# start_machine [RECIPE]: sets $ready, the configuration that ssh needs.
start_machine() {
    # An emulated processor on a busy host needs more than the default limit of half an hour.
    export SWIFTVLAN_VM_LIMIT=${SWIFTVLAN_VM_LIMIT:-5400}
    coproc MACHINE { exec "$here/vm" run --recipe "${1:-trixie}"; }
    # Copies, because bash unsets its own variables when the machine ends.
    machine=$MACHINE_PID lifeline=${MACHINE[1]}
    IFS= read -r ready <&"${MACHINE[0]}" || die "The machine did not start."
    ready=${ready#ready }
    tar -C "$files" -c . | ssh -F "$ready" vm 'mkdir /root/files && tar -C /root/files --no-same-owner -x'
}

end() {
    [[ -z ${lifeline-} ]] || exec {lifeline}>&-
    [[ -z ${machine-} ]] || wait "$machine" 2>/dev/null || true
    rm -rf "$files"
}
trap end EXIT
trap 'exit 143' TERM

# on COMMAND: runs it in the machine's shell.
on() { printf '%s\n' "$1" | ssh -F "$ready" vm bash -s; }

# check WHAT COMMAND: every line of COMMAND must succeed on the machine. "not" marks a command that must fail, since set -e
# ignores "!". On failure, prints the log of $unit.
check() {
    local output
    if ! output=$(on "set -e
not() { ! \"\$@\"; }
$2" 2>&1); then
        printf '%s\n' "$output"
        on "systemctl --no-pager --full status '$unit*'; journalctl --no-pager -n 30 -u '$unit'" || true
        failed "$1"
    else
        passed "$1"
    fi
}

# Worded as Swift Testing does, so that lab/test counts them.
passed() {
    checks=$((checks + 1))
    say "✔ Test \"$1\" passed after $((SECONDS - since)) seconds."
    since=$SECONDS
}

failed() {
    failures=$((failures + 1))
    say "✘ Test \"$1\" failed after $((SECONDS - since)) seconds."
    since=$SECONDS
}

# read_documents TEST: types commands of the documents on the machine, by a test of DocumentTests.
read_documents() {
    local output
    if output=$(SWIFTVLAN_MACHINE="ssh -F $ready vm" "$(test_program)" --testing-library swift-testing \
        --filter "^EndToEndTests\.DocumentTests/$1\(" 2>&1) && grep -qE 'Test run with [1-9]' <<<"$output"; then
        passed "The documents' commands work as typed: $1"
    else
        printf '%s\n' "$output"
        failed "The documents' commands work as typed: $1"
    fi
}

# run_parts FUNCTION...: runs each under its name as a heading, and prints the totals.
run_parts() {
    local part
    for part; do
        printf '\n%s\n' "${part//_/ }"
        "$part"
    done
    printf '\n%s checks, %s of them failed, in %s seconds\n' "$((checks + failures))" "$failures" "$SECONDS"
    ((failures == 0)) || exit 1
}

# lay_lan: the host's NIC is eth0, its LAN 192.168.50.0/24 with a router.
lay_lan() {
    on 'ip netns add router
        ip link add eth0 type veth peer name lan netns router
        ip link set eth0 up
        ip -n router link set lan up
        ip -n router addr add 192.168.50.1/24 dev lan
        docker image inspect bb:1 >/dev/null 2>&1 ||
            docker import -c "ENV PATH=/bin" /usr/local/share/swiftvlan/busybox.tar bb:1 >/dev/null'
}

# restart_machine: reboots the machine and waits until it answers.
restart_machine() {
    local before now=
    before=$(on 'cat /proc/sys/kernel/random/boot_id')
    on 'systemctl reboot' || true
    while [[ -z $now || $now == "$before" ]]; do
        kill -0 "$machine" 2>/dev/null || die "The machine ended while it restarted."
        sleep 2
        now=$(timeout 20 ssh -F "$ready" vm cat /proc/sys/kernel/random/boot_id </dev/null 2>/dev/null) || now=
    done
}

# A container's first process ignores signals without a handler, which would delay a shutdown.
# shellcheck disable=SC2034  # used by those who source this
stoppable="sh -c 'trap exit TERM; sleep 36000 & wait'"
