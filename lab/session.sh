# shellcheck shell=bash
# Ends everything a script started, however the script ends. Sourced, after common.sh.
#
# Bash handles a signal only after its foreground command has exited, which can take half an hour here. So the script
# that the caller sees does no work: it starts itself again as a worker, in its own session, and waits. When the caller's
# script gets a signal or dies, even by KILL, a warden ends every process of the worker's session, with TERM and three
# seconds later with KILL, and removes the session's temporary files. lab/host, lab/vm and lab/uml start their machines in
# their own sessions, and end them when the script that started them is gone.

# supervise SCRIPT ARGUMENT...: returns in the worker only. The caller's script exits with the worker's status.
supervise() {
    if [[ -n ${LAB_WORKER-} ]]; then
        # The session exists now, so that the warden can end it.
        echo "$$" >&"$LAB_WORKER"
        exec {LAB_WORKER}>&-
        unset LAB_WORKER
        return
    fi
    local worker warden leash input folder status=0
    folder=$(mktemp -d "${TMPDIR:-/tmp}/lab.XXXXXX")
    # Some tests run as another user.
    chmod 711 "$folder"
    exec {leash}> >(exec setsid bash -c "$warden_program" warden "$folder" >/dev/null 2>&1)
    warden=$!
    # Bash gives background jobs /dev/null as standard input and makes them ignore INT and QUIT.
    [[ -e /proc/self/fd/0 ]] || exec </dev/null
    exec {input}<&0
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap "trap '' HUP INT TERM; exec $leash>&-; disown -a 2>/dev/null || true; wait $warden" EXIT
    # The worker holds the other end of the warden's pipe too, until it has written the ID of its session.
    (trap - HUP INT QUIT TERM EXIT && LAB_WORKER=$leash TMPDIR=$folder exec setsid "$@" <&"$input" {input}<&-) &
    worker=$!
    wait "$worker" || status=$?
    exit "$status"
}

# The warden waits until no process holds the other end of its standard input. It reads /proc, because `kill -0` counts
# zombies, which stay if the machine's first process does not reap orphans.
# shellcheck disable=SC2016  # the warden expands it
warden_program='
    trap "" HUP INT TERM
    trap "rm -rf --one-file-system \"\$1\"" EXIT
    read -r session || exit
    cat >/dev/null
    members() {
        local file line fields
        for file in /proc/[0-9]*/stat; do
            read -r line 2>/dev/null <"$file" || continue
            # PID (NAME) STATE PPID GROUP SESSION: only the name can have a parenthesis or a blank in it.
            read -r -a fields <<<"${line##*) }"
            [[ ${fields[3]} != "$session" || ${fields[0]} == Z ]] || echo "${line%% *}"
        done
    }
    # TERM is sent once, as a second one would disturb an orderly exit; KILL as long as a process is left.
    for signal in TERM KILL; do
        end=$((SECONDS + 3)) again=yes
        while ((SECONDS < end)); do
            processes=$(members)
            [[ -n $processes ]] || exit 0
            [[ -z $again ]] || kill -s "$signal" $processes 2>/dev/null
            [[ $signal == KILL ]] || again=
            sleep 0.1
        done
    done'
