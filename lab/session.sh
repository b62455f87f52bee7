# shellcheck shell=bash
# Ends everything a script started, however the script ends. Sourced, after common.sh.
#
# Bash acts on a signal only after its foreground command has exited, which can take half an hour here. So the script
# that the caller sees does no work: it starts itself again as a worker, in a session of its own, and waits. When the
# caller's script gets a signal or dies, even by KILL, a warden ends every process of the worker's session: with TERM,
# and with KILL three seconds later. Then it removes the session's folder for temporary files. lab/host, lab/vm and lab/uml
# start their machines in sessions of their own, and end them when the script that started them is gone.

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
    # Bash gives background jobs /dev/null for standard input and has them ignore INT and QUIT.
    [[ -e /proc/self/fd/0 ]] || exec </dev/null
    exec {input}<&0
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap "trap '' HUP INT TERM; exec $leash>&-; disown -a 2>/dev/null || true; wait $warden" EXIT
    # The worker holds the warden's other end too, until it has said which session is its own.
    (trap - HUP INT QUIT TERM EXIT && LAB_WORKER=$leash TMPDIR=$folder exec setsid "$@" <&"$input" {input}<&-) &
    worker=$!
    wait "$worker" || status=$?
    exit "$status"
}

# The warden waits until nobody holds the other end of its standard input. It reads /proc, because a machine whose first
# process collects no orphans keeps their zombies, which `kill -0` takes for processes.
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
    # TERM goes out once, since a second one would disturb an orderly end; KILL as long as there is somebody.
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
