import Testing

/// Controls the machine's programs through systemd, or through the scripts of the throwaway host.
extension MachineFixture {
    /// The signal that ends a program: SIGTERM or SIGKILL.
    enum Ending: String, Sendable, CaseIterable {
        case asked = "TERM"
        case killed = "KILL"
    }

    /// Restarts the daemon a number of times.
    func restartDaemon(_ ending: Ending = .asked, times: Int = 1) async throws {
        try await run(Self.services + "for time in $(seq \(times)); do restart_daemon \(ending.rawValue); done")
    }

    /// Ends the engine and waits until it answers again.
    func restartEngine(_ ending: Ending = .asked) async throws {
        try await run(Self.services + "restart_engine \(ending.rawValue)")
    }

    /// Makes the engine lose its networks, including those of its containers, as if its directory was wiped or moved.
    func loseNetworks() async throws {
        try await run(
            Self.services + """
                folder=$(docker info -f '{{.DockerRootDir}}')/network
                restart_engine TERM "$folder"
                """)
    }

    /// Returns the lines of the daemon's log since boot that contain a text. The text must not contain single quotes.
    func logLines(with text: String) async throws -> [Substring] {
        try await run(
            """
            { cat /run/lab/swiftvlan.log 2>/dev/null || journalctl -b -u swiftvlan.service; } | grep -F -e '\(text)' || true
            """
        ).split(separator: "\n")
    }

    /// Returns whether the machine is the throwaway host, whose processor is not emulated.
    func isThrowAway() async throws -> Bool { try await attempt(Self.services + "throw_away").status == 0 }

    /// Returns the milliseconds between a command and the moment when a condition holds. Fails after a minute.
    func milliseconds(after command: String, until condition: String) async throws -> Int {
        let text = try await run(
            """
            read -r up _ </proc/uptime; end=$((${up%.*} + 60))
            start=$(date +%s%3N)
            \(command)
            while read -r up _ </proc/uptime && [ ${up%.*} -lt $end ]; do
                if \(condition); then echo $(($(date +%s%3N) - start)); exit 0; fi
                sleep 0.01
            done
            echo "a minute later this still does not hold: \(condition)" >&2; ip -d link; ip route; exit 1
            """)
        return try #require(Int(text))
    }

    /// Returns whether an address answers one of several pings. The first pings may be lost during neighbor discovery,
    /// and `ping` treats an unresolved neighbor as an error and exits early.
    func pings(_ address: String, _ arguments: String = "", with prefix: String, tries: Int) async throws -> Bool {
        try await attempt(
            """
            for try in $(seq \(tries)); do
                \(prefix) ping -c 1 -W 1 \(arguments) \(address) >/dev/null 2>&1 && exit 0
                [ $try -lt 5 ] || sleep 0.5
            done
            exit 1
            """
        ).status == 0
    }

    /// Waits for a shell condition, and returns whether it held within the limit.
    func wait(seconds: Int, until condition: String) async throws -> Bool {
        try await attempt(
            """
            end=$(($(date +%s) + \(seconds)))
            until \(condition); do [ $(date +%s) -lt $end ] || exit 1; sleep 0.2; done
            """
        ).status == 0
    }

    /// Starts by hand count toward systemd's start limit; `reset-failed` resets the counter.
    private static let services = """
        set -e
        throw_away() { [ -x /run/lab/start-dockerd ]; }
        await() {
            for n in $(seq 600); do ! "$@" >/dev/null 2>&1 || return 0; sleep 0.1; done
            echo "this did not succeed for a minute: $*" >&2; return 1
        }
        is_gone() { ! kill -0 "$1"; }
        is_another() { [ "$(systemctl show -P MainPID "$1")" != "$2" ] && systemctl is-active "$1"; }
        restart_daemon() {
            if throw_away; then
                again "$1" swiftvlan
                await nc -z -U /run/docker/plugins/swiftvlan.sock
            else
                unit_again "$1" swiftvlan.service
            fi
        }
        # restart_engine SIGNAL [FOLDER]: FOLDER is removed in between.
        restart_engine() {
            if [ "$2" ] && ! throw_away; then
                systemctl stop docker.socket docker.service; rm -r "$2"; systemctl start docker.socket docker.service
            elif throw_away; then
                again "$1" dockerd "$2"
            else
                unit_again "$1" docker.service
            fi
            await timeout 5 docker version
        }
        again() {
            pid=$(pgrep -x "$2"); kill -s "$1" "$pid"; await is_gone "$pid"
            [ -z "$3" ] || rm -r "$3"
            setsid "/run/lab/start-$2" >/dev/null 2>&1 </dev/null &
        }
        unit_again() {
            systemctl reset-failed "$2"
            if [ "$1" = TERM ]; then systemctl restart "$2"; return; fi
            pid=$(systemctl show -P MainPID "$2")
            systemctl kill -s "$1" --kill-whom=main "$2"; await is_another "$2" "$pid"
        }

        """
}
