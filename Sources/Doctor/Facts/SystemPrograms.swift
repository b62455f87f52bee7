import Glibc
import SystemCalls

/// Runs programs of the host, with limits of time and output.
package struct SystemPrograms: ProgramRunner {
    /// The longest that a program may take.
    private let timeLimit: Duration
    /// The most output, in bytes; a host with thousands of rules has a few hundred KiB.
    private static let outputLimit = 16 << 20
    /// Only system folders: the command runs as root.
    private static let path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"

    package init(timeLimit: Duration = .seconds(5)) { self.timeLimit = timeLimit }

    package func output(of command: [String]) -> String? {
        var ends: [Int32] = [-1, -1]
        // Glibc's module has no pipe2, which makes a pipe that other programs do not inherit.
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { return nil }
        defer { close(ends[0]) }
        let process = Self.start(command, output: ends[1])
        close(ends[1])
        guard let process else { return nil }
        let end = ContinuousClock.now + timeLimit
        let bytes = read(ends[0], until: end)
        guard Self.exitStatus(of: process, until: bytes == nil ? .now : end) == 0, let bytes else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits for a program that has closed its output, and stops it if it does not end. Returns its wait status; nil if it was stopped.
    private static func exitStatus(of process: pid_t, until end: ContinuousClock.Instant) -> Int32? {
        var status: Int32 = 0
        while ContinuousClock.now < end {
            guard let ended = try? retryingOnInterrupt("waitpid", { waitpid(process, &status, WNOHANG) }) else {
                return nil
            }
            if ended == process { return status }
            usleep(1000)
        }
        kill(process, SIGKILL)
        _ = try? retryingOnInterrupt("waitpid") { waitpid(process, &status, 0) }
        return nil
    }

    private static func start(_ command: [String], output: Int32) -> pid_t? {
        guard let program = command.first else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let arguments = command.map { strdup($0) } + [nil]
        let environment = [strdup(path), strdup("LC_ALL=C"), nil]
        defer { for text in arguments + environment { free(text) } }
        for folder in ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
            var process = pid_t()
            if posix_spawn(&process, "\(folder)/\(program)", &actions, nil, arguments, environment) == 0 {
                return process
            }
        }
        return nil
    }

    /// Reads until the end; nil if that takes too long or is too much.
    private func read(_ descriptor: Int32, until end: ContinuousClock.Instant) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= Self.outputLimit {
            let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left >= 1, let count = try? retryingOnInterrupt("poll", { poll(&polled, 1, Int32(left)) }), count > 0,
                let size = try? retryingOnInterrupt("read", { Glibc.read(descriptor, &chunk, chunk.count) })
            else { return nil }
            guard size > 0 else { return bytes }
            bytes += chunk[..<size]
        }
        return nil
    }
}
