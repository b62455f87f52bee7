import Glibc
package import SystemCalls

/// The reason why a socket cannot be opened, with its path and what to do.
package struct ListeningSocketError: Error, CustomStringConvertible {
    package let description: String
    /// The system's reason, if it refused the socket.
    package let errno: Errno?

    fileprivate init(_ place: String, _ reason: String, _ errno: Errno? = nil) {
        self.init("\(place): \(reason)", errno)
    }

    fileprivate init(_ description: String, _ errno: Errno? = nil) {
        self.description = description
        self.errno = errno
    }
}

/// A bound socket that clients connect to: a Unix socket, or one for TCP.
package struct ListeningSocket: ~Copyable {
    /// The number of connections that wait while the server has as many open as it may.
    static let queueLength: Int32 = 256

    package let descriptor: Int32
    /// The socket's file, if it was created here; nil for an inherited socket, whose file stays when the daemon exits.
    private let file: (path: String, identity: FileIdentity)?

    /// Takes over a socket on which another program, such as systemd, already listens.
    package init(inherited descriptor: Int32) {
        self.descriptor = descriptor
        file = nil
    }

    private init(descriptor: Int32, path: String, identity: FileIdentity) {
        self.descriptor = descriptor
        file = (path, identity)
    }

    /// Whether the path still leads to the socket that was created here.
    package var isInPlace: Bool { file.map { FileIdentity(path: $0.path) == $0.identity } ?? false }

    /// Removes the socket's file, if it was created here and is still the same.
    ///
    /// Call it while the socket is open: later, another file may have the same inode number.
    package func removeFile() {
        guard let file, FileIdentity(path: file.path) == file.identity else { return }
        unlink(file.path)
    }

    /// Binds a new socket with this mode and the process's group, and creates its directory if missing.
    ///
    /// Replaces a stale socket. Throws if another process serves the socket, or if the file is not a socket.
    package static func bind(path: String, mode: UInt32 = 0o600) throws(ListeningSocketError) -> ListeningSocket {
        guard !path.isEmpty else { throw ListeningSocketError("the socket's path is empty; name one") }
        guard let address = UnixAddress(path: path) else {
            throw ListeningSocketError(
                path, "a socket path has at most \(UnixAddress.lengthLimit) bytes; choose a shorter one")
        }
        try makeDirectory(of: path)
        try removeStaleSocket(path, address)
        let descriptor = try openSocket(for: path)
        // The kernel creates a socket's file with the mode of its descriptor, less the process's umask (unix_bind_bsd in
        // net/unix/af_unix.c): nobody else can ever connect. What the umask took away is added before anyone can.
        fchmod(descriptor, mode)
        guard address.with({ Glibc.bind(descriptor, $0, $1) }) == 0, chmod(path, mode) == 0,
            listen(descriptor, queueLength) == 0, let identity = FileIdentity(path: path)
        else {
            let reason = Errno.current
            close(descriptor)
            throw ListeningSocketError(path, "cannot create a socket there: \(reason.text)")
        }
        return ListeningSocket(descriptor: descriptor, path: path, identity: identity)
    }

    /// Binds a new TCP socket. The host need not have the address yet.
    package static func bind(_ address: InternetAddress) throws(ListeningSocketError) -> ListeningSocket {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.isIPv6 ? AF_INET6 : AF_INET, type, 0)
        guard descriptor >= 0 else {
            let reason = Errno.current
            throw ListeningSocketError("\(address)", "cannot open a TCP socket: \(reason.text)", reason)
        }
        // The first lets a restarted daemon bind while old connections end, the second an address that comes later
        // (ip(7)).
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        setsockopt(descriptor, Int32(IPPROTO_IP), IP_FREEBIND, &yes, size)
        guard address.with({ Glibc.bind(descriptor, $0, $1) }) == 0, listen(descriptor, queueLength) == 0 else {
            let reason = Errno.current
            close(descriptor)
            throw ListeningSocketError("\(address)", "cannot listen on this address: \(reason.text)", reason)
        }
        return ListeningSocket(inherited: descriptor)
    }

    private static func makeDirectory(of path: String) throws(ListeningSocketError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let directory = String(path[..<slash])
        if FileIdentity(path: directory) != nil { return }
        try makeDirectory(of: directory)
        guard mkdir(directory, 0o700) != 0 else { return }
        let reason = Errno.current
        guard reason == .alreadyExists else {
            throw ListeningSocketError(directory, "cannot create the socket's directory: \(reason.text)")
        }
    }

    /// Removes the file of a socket without a listener; throws if any other file exists.
    private static func removeStaleSocket(_ path: String, _ address: UnixAddress) throws(ListeningSocketError) {
        guard let identity = FileIdentity(path: path) else { return }
        guard identity.isSocket else {
            throw ListeningSocketError(path, "the file is not a socket; remove it or choose another path")
        }
        let probe = try openSocket(for: path)
        let answers = address.with { connect(probe, $0, $1) } == 0
        let reason = Errno.current
        close(probe)
        // The server's queue is full: the probe does not block.
        if answers || reason == .tryAgain {
            throw ListeningSocketError(path, "another process serves this socket; stop it first or choose another path")
        }
        guard reason == .connectionRefused else {
            throw ListeningSocketError(path, "cannot find out whether a process serves this socket: \(reason.text)")
        }
        unlink(path)
    }

    private static func openSocket(for path: String) throws(ListeningSocketError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor < 0 else { return descriptor }
        let reason = Errno.current
        throw ListeningSocketError(path, "cannot open a socket: \(reason.text)")
    }
}

/// Identifies a file independently of its name.
private struct FileIdentity: Equatable {
    let device: UInt
    let inode: UInt
    let isSocket: Bool

    /// Reads a path without following a symbolic link; nil if it does not exist.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}
