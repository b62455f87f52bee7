import Glibc
import NIOCore
import NIOPosix
import SystemCalls

/// The right to be the one swiftvlan of a network namespace: two would take each other's links and routes for left over.
///
/// It is an abstract Unix address. These belong to a network namespace whatever files a process sees, so that a managed
/// plugin and a service meet there, and are free again when their process ends, however it does (unix(7)).
struct HostClaim {
    /// Why there is none.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// `struct ucred` (unix(7)), which the C library shows only to programs that ask for GNU's extensions.
    private struct Holder {
        var process: pid_t = 0
        var user: uid_t = 0
        var group: gid_t = 0
    }

    private static let name = "swiftvlan"
    private static let address = UnixAddress(abstract: name)
    /// Daemons run as root or as a system's user, and not as anybody who may log in: whom those would hinder by taking
    /// the address. Debian's users begin with this number, systemd's too.
    private static let firstLoginUser: uid_t = 1000
    /// Until one that does not answer is taken for no daemon: a daemon does, unless it hangs.
    private static let attempts = 40

    /// Nil where the address was taken by somebody who is no daemon.
    private let descriptor: Int32?
    /// What the operator should know.
    let warning: String?

    /// Takes the address, which is held until the process ends. Blocks for two seconds at most.
    static func take() throws(Refusal) -> HostClaim {
        for _ in 0..<attempts {
            if let descriptor = try bindAddress() { return HostClaim(descriptor: descriptor, warning: nil) }
            if let holder = try holder() {
                guard holder.user < firstLoginUser || holder.user == geteuid() else {
                    return .stranger("process \(holder.process)")
                }
                throw Refusal(
                    description: """
                        \(holder.process == 0 ? "another container's process" : "process \(holder.process)") of user \
                        \(holder.user) is this network namespace's swiftvlan already, and there can be one: stop it \
                        first, by "systemctl stop swiftvlan.socket swiftvlan.service" or "docker plugin disable"
                        """)
            }
            usleep(50_000)
        }
        return .stranger("a process that does not answer")
    }

    private static func stranger(_ holder: String) -> HostClaim {
        HostClaim(
            descriptor: nil,
            warning: "the abstract Unix address @\(name) is held by \(holder), which is no daemon: end it, so that "
                + "a second swiftvlan in this network namespace would be noticed")
    }

    /// Answers those who ask who holds the address, on the event loop, by closing their connections: they have seen it
    /// by then. Else they would wait in a queue, which has an end.
    func answer(on loop: any EventLoop) throws {
        guard let descriptor else { return }
        _ = try ServerBootstrap(group: loop).childChannelInitializer { $0.close() }.withBoundSocket(descriptor).wait()
    }

    /// A socket with the address; nil when another process has it.
    private static func bindAddress() throws(Refusal) -> Int32? {
        let descriptor = try openSocket()
        if address?.with({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 128) == 0 { return descriptor }
        let reason = Errno.current
        close(descriptor)
        guard reason == .addressInUse else { throw refusal(reason) }
        return nil
    }

    /// Who holds the address, as the kernel has noted it when they began to listen; nil when nobody does just now.
    private static func holder() throws(Refusal) -> Holder? {
        let descriptor = try openSocket()
        defer { close(descriptor) }
        guard address?.with({ connect(descriptor, $0, $1) }) == 0 else { return nil }
        var holder = Holder()
        var size = socklen_t(MemoryLayout<Holder>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &holder, &size) == 0 else { throw refusal(.current) }
        return holder
    }

    private static func openSocket() throws(Refusal) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw refusal(.current) }
        return descriptor
    }

    private static func refusal(_ reason: Errno) -> Refusal {
        Refusal(description: "the abstract Unix address @\(name) cannot be used: \(reason.text)")
    }
}
