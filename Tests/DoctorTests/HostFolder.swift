import Glibc
import SystemCalls
import TestSupport
import Testing

@testable import Doctor

/// A folder that stands for a host's `/`.
final class HostFolder {
    private let directory: TemporaryDirectory
    private var sockets: [Int32] = []

    init() throws { directory = try TemporaryDirectory() }

    deinit { for socket in sockets { close(socket) } }

    var files: HostFiles { HostFiles(root: directory.path) }

    /// Writes a file, and creates the folders above it.
    func write(_ path: String, _ text: String) throws {
        try makeFolders(above: path)
        try writeTextFile(directory.path + path, text)
    }

    /// Creates a symbolic link, and the folders above it.
    func link(_ path: String, to target: String) throws {
        try makeFolders(above: path)
        guard symlink(target, directory.path + path) == 0 else { throw CallError(call: "symlink(\(path))") }
    }

    /// Creates a socket with the given mode, on which nobody listens.
    func makeSocket(_ path: String, mode: mode_t = 0o600) throws {
        try makeFolders(above: path)
        // The path of a temporary folder may be too long for a socket.
        let short = try TemporaryDirectory(in: "/tmp")
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        sockets.append(descriptor)
        guard UnixAddress(path: short.file("s"))?.with({ bind(descriptor, $0, $1) }) == 0,
            rename(short.file("s"), directory.path + path) == 0, chmod(directory.path + path, mode) == 0
        else { throw CallError(call: "bind") }
    }

    /// Adds a process with this name, of which the kernel keeps 15 bytes, and command line.
    func addProcess(_ name: String, id: Int = 100, commandLine: String = "") throws {
        try write("/proc/\(id)/comm", "\(name.prefix(15))\n")
        try write("/proc/\(id)/cmdline", commandLine)
    }

    private func makeFolders(above path: String) throws {
        var folder = directory.path
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw CallError(call: "mkdir(\(folder))") }
        }
    }
}

/// Expects that a check finds exactly one thing, and returns it.
func onlyFinding(_ check: some Check, _ facts: DoctorFacts) throws -> Finding {
    let result = check.examine(facts)
    let finding = try #require(result.findings.first)
    #expect(result.findings.count == 1, "\(result.findings)")
    #expect(finding.check == check.name)
    #expect(!finding.what.isEmpty && !finding.why.isEmpty && !finding.remedy.isEmpty)
    return finding
}

/// Expects that a check finds nothing, and could find out everything.
func expectNothing(_ check: some Check, _ facts: DoctorFacts, _ location: SourceLocation = #_sourceLocation) {
    #expect(check.examine(facts) == .nothing, sourceLocation: location)
}
