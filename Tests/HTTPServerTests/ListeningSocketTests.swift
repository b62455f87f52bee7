import DaemonTestKit
import Glibc
import HTTPServer
import SystemCalls
import TestSupport
import Testing

@Suite("ListeningSocket")
struct ListeningSocketTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Returns the type and permissions of a file; nil if none exists.
    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    /// Creates a socket and closes its descriptor; the file stays.
    private static func leaveSocket(at path: String) throws {
        close(try ListeningSocket.bind(path: path).descriptor)
    }

    private static func expectRefusal(at path: String, _ sentence: String) {
        let error = #expect(throws: ListeningSocketError.self) { try leaveSocket(at: path) }
        #expect(error?.description == "\(path): \(sentence)")
    }

    @Test("ListeningSocket is accessible only to root from its creation on")
    func permissions() async throws {
        let (path, end) = (directory.file("plugin.sock"), directory.file("end"))
        let mask = umask(0)
        defer { umask(mask) }
        async let seen = onOwnThread {
            var modes: Set<mode_t> = []
            while Self.mode(of: end) == nil {
                if let mode = Self.mode(of: path) { modes.insert(mode) }
            }
            return modes
        }
        for _ in 0..<500 {
            try Self.leaveSocket(at: path)
            unlink(path)
        }
        #expect(mkdir(end, 0o700) == 0)
        #expect(try await seen.isSubset(of: [S_IFSOCK | 0o600]))
        try Self.leaveSocket(at: path)
        #expect(Self.mode(of: path) == S_IFSOCK | 0o600)
    }

    @Test("ListeningSocket has the wanted mode whatever the umask, and never a wider one", arguments: [0, 0o22, 0o77])
    func groupMode(_ mask: UInt32) async throws {
        let path = directory.file("control.sock")
        let (read, end) = (Self.mode, directory.file("end"))
        async let seen = onOwnThread {
            var modes: Set<mode_t> = []
            while read(end) == nil { if let mode = read(path) { modes.insert(mode & 0o777) } }
            return modes
        }
        let others = umask(mask)
        defer { umask(others) }
        for _ in 0..<100 {
            close(try ListeningSocket.bind(path: path, mode: 0o660).descriptor)
            #expect(Self.mode(of: path) == S_IFSOCK | 0o660)
            unlink(path)
        }
        #expect(mkdir(end, 0o700) == 0)
        #expect(try await seen.isSubset(of: [0o660, 0o660 & ~mask]))
    }

    @Test("ListeningSocket with a group's mode refuses users outside the group", .enabled(if: geteuid() == 0))
    func outsiders() async throws {
        let path = directory.file("control.sock")
        let socket = try ListeningSocket.bind(path: path, mode: 0o660)
        defer { close(socket.descriptor) }
        #expect(chmod(directory.path, 0o711) == 0)
        try await onOwnThread {
            _ = try asNobody(inGroup: 0) { try HTTPClient(path: path) }
            let error = #expect(throws: CallError.self) { try asNobody { try HTTPClient(path: path) } }
            #expect(error?.code == EACCES)
        }
    }

    @Test(
        "ListeningSocket listens on a TCP address that the host does not have yet",
        arguments: ["127.0.0.1:0", "[::1]:0", "203.0.113.77:0", "[2001:db8::77]:0"])
    func absentAddress(_ text: String) throws {
        let socket = try ListeningSocket.bind(try #require(InternetAddress(text)))
        close(socket.descriptor)
    }

    @Test("ListeningSocket does not share a TCP address, and says so")
    func addressInUse() throws {
        let socket = try ListeningSocket.bind(try #require(InternetAddress("127.0.0.1:0")))
        defer { close(socket.descriptor) }
        let address = try #require(InternetAddress(boundOn: socket.descriptor))
        let error = #expect(throws: ListeningSocketError.self) { close(try ListeningSocket.bind(address).descriptor) }
        #expect(error?.description == "\(address): cannot listen on this address: Address already in use")
        #expect(error?.errno == .addressInUse)
    }

    @Test("ListeningSocket creates its directories")
    func directories() throws {
        let path = directory.file("made/for/it/plugin.sock")
        try Self.leaveSocket(at: path)
        #expect(Self.mode(of: path) == S_IFSOCK | 0o600)
    }

    @Test("ListeningSocket replaces a stale socket")
    func stale() throws {
        let path = directory.file("plugin.sock")
        try Self.leaveSocket(at: path)
        try Self.leaveSocket(at: path)
    }

    @Test("ListeningSocket does not replace a socket that is served")
    func inUse() async throws {
        try await RunningServer.with { server in
            Self.expectRefusal(
                at: server.path, "another process serves this socket; stop it first or choose another path")
            let client = try server.connect()
            client.send(post("/Echo", "still served"))
            #expect(try client.response().body == "still served")
        }
    }

    @Test("ListeningSocket does not replace a socket whose server has a full queue")
    func fullQueue() throws {
        let path = directory.file("plugin.sock")
        let socket = try ListeningSocket.bind(path: path)
        defer { close(socket.descriptor) }
        #expect(listen(socket.descriptor, 0) == 0)
        let client = try HTTPClient(path: path)
        Self.expectRefusal(at: path, "another process serves this socket; stop it first or choose another path")
        withExtendedLifetime(client) {}
    }

    @Test("ListeningSocket reports the system's reason if it cannot find out whether a socket is served")
    func unclear() throws {
        let path = directory.file("plugin.sock")
        let other = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(other) }
        #expect(UnixAddress(path: path)?.with { bind(other, $0, $1) } == 0)
        Self.expectRefusal(
            at: path, "cannot find out whether a process serves this socket: Protocol wrong type for socket")
    }

    @Test("ListeningSocket detects whether its path still leads to it")
    func inPlace() throws {
        let path = directory.file("plugin.sock")
        let socket = try ListeningSocket.bind(path: path)
        defer { close(socket.descriptor) }
        var states = [socket.isInPlace]
        unlink(path)
        states.append(socket.isInPlace)
        try Self.leaveSocket(at: path)
        states.append(socket.isInPlace)
        #expect(states == [true, false, false])
    }

    @Test("ListeningSocket does not replace a file, a directory or a link")
    func otherFiles() throws {
        let (file, link) = (directory.file("file"), directory.file("link"))
        close(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        #expect(symlink("nowhere", link) == 0)
        for path in [file, link, directory.path] {
            let mode = Self.mode(of: path)
            Self.expectRefusal(at: path, "the file is not a socket; remove it or choose another path")
            #expect(Self.mode(of: path) == mode)
        }
    }

    @Test("ListeningSocket accepts a path of 1 to 107 bytes")
    func pathLength() throws {
        let longest = directory.file("").padding(to: 107)
        try Self.leaveSocket(at: longest)
        Self.expectRefusal(at: longest + "x", "a socket path has at most 107 bytes; choose a shorter one")
        let error = #expect(throws: ListeningSocketError.self) { try Self.leaveSocket(at: "") }
        #expect(error?.description == "the socket's path is empty; name one")
    }

    @Test("ListeningSocket reports the system's reason if it cannot be created")
    func noDirectory() throws {
        close(open(directory.file("file"), O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        let path = directory.file("file/below/plugin.sock")
        let error = #expect(throws: ListeningSocketError.self) { try Self.leaveSocket(at: path) }
        #expect(error?.description.hasSuffix(": Not a directory") == true)
    }

    @Test("ListeningSocket removes its file at the end")
    func removed() throws {
        let path = directory.file("plugin.sock")
        let socket = try ListeningSocket.bind(path: path)
        defer { close(socket.descriptor) }
        socket.removeFile()
        #expect(Self.mode(of: path) == nil)
        socket.removeFile()
    }

    @Test("ListeningSocket does not remove another socket's file that has replaced its own")
    func replaced() throws {
        let path = directory.file("plugin.sock")
        let socket = try ListeningSocket.bind(path: path)
        defer { close(socket.descriptor) }
        unlink(path)
        try Self.leaveSocket(at: path)
        socket.removeFile()
        #expect(Self.mode(of: path) != nil)
    }

    @Test("ListeningSocket serves an inherited socket and leaves its file")
    func inherited() async throws {
        let path = directory.file("plugin.sock")
        let descriptor = try ListeningSocket.bind(path: path).descriptor
        let socket = ListeningSocket(inherited: descriptor)
        let server = try HTTPServer(socket: socket, responder: FakeResponder())
        try await onOwnThread {
            let client = try HTTPClient(path: path)
            client.send(post("/Echo", "x"))
            #expect(try client.response().body == "x")
            #expect(try server.shutDown())
        }
        socket.removeFile()
        #expect(Self.mode(of: path) != nil)
    }
}

extension String {
    /// Returns the text, padded to the length.
    fileprivate func padding(to length: Int) -> String {
        self + String(repeating: "x", count: length - utf8.count)
    }
}
