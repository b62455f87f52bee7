import Glibc
import NIOCore
import NIOPosix
import SystemCalls

/// A daemon's claim to be the only swiftvlan in its network namespace: two would remove each other's links and routes
/// as orphans.
///
/// The claim is an abstract Unix address. Such addresses belong to the network namespace, whatever files a process
/// sees, so a managed plugin and a service conflict there. The kernel frees an address however its process ends
/// (unix(7)).
struct HostClaim {
    /// The reason why the claim cannot be taken.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// `struct ucred` (unix(7)), which the C library declares only with GNU extensions.
    private struct Owner {
        var process: pid_t = 0
        var user: uid_t = 0
        var group: gid_t = 0
    }

    private static let name = "swiftvlan"
    private static let address = UnixAddress(abstract: name)
    /// The lowest ID of users who can log in, on Debian and for systemd.
    ///
    /// Daemons run as root or as a system user. A user who can log in must not block a daemon by taking the address.
    private static let firstLoginUser: uid_t = 1000
    /// The number of attempts to connect after which the address's owner counts as no daemon: a daemon answers unless
    /// it hangs.
    private static let attempts = 40

    /// The socket bound to the address; nil if a process that is no daemon holds the address.
    private let descriptor: Int32?
    /// A warning for the operator.
    let warning: String?

    /// Takes the address until the process ends. Blocks for at most two seconds.
    static func take() throws(Refusal) -> HostClaim {
        for _ in 0..<attempts {
            if let descriptor = try bindAddress() { return HostClaim(descriptor: descriptor, warning: nil) }
            if let owner = try owner() {
                guard owner.user < firstLoginUser || owner.user == geteuid() else {
                    return .withoutAddress(ownedBy: "process \(owner.process)")
                }
                throw Refusal(
                    description: """
                        \(owner.process == 0 ? "another container's process" : "process \(owner.process)") of user \
                        \(owner.user) already runs swiftvlan in this network namespace, which allows only one: stop it \
                        first with `systemctl stop swiftvlan.socket swiftvlan.service` or `docker plugin disable \
                        swiftvlan`
                        """)
            }
            usleep(50_000)
        }
        return .withoutAddress(ownedBy: "a process that does not answer")
    }

    private static func withoutAddress(ownedBy owner: String) -> HostClaim {
        HostClaim(
            descriptor: nil,
            warning: "the abstract Unix address @\(name) is held by \(owner), which is not a swiftvlan daemon: end "
                + "it, or a second swiftvlan in this network namespace goes unnoticed")
    }

    /// Answers other daemons that ask for the address's owner, on the event loop.
    ///
    /// It closes their connections: they learn the owner by connecting. Otherwise connections would fill the socket's
    /// queue.
    func answer(on loop: any EventLoop) throws {
        guard let descriptor else { return }
        _ = try ServerBootstrap(group: loop).childChannelInitializer { $0.close() }.withBoundSocket(descriptor).wait()
    }

    /// Returns a socket bound to the address, or nil if another process holds the address.
    private static func bindAddress() throws(Refusal) -> Int32? {
        let descriptor = try openSocket()
        if address?.with({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 128) == 0 { return descriptor }
        let reason = Errno.current
        close(descriptor)
        guard reason == .addressInUse else { throw refusal(reason) }
        return nil
    }

    /// Returns the address's owner, as the kernel recorded it at listen(2), or nil if it has no owner now.
    private static func owner() throws(Refusal) -> Owner? {
        let descriptor = try openSocket()
        defer { close(descriptor) }
        guard address?.with({ connect(descriptor, $0, $1) }) == 0 else { return nil }
        var owner = Owner()
        var size = socklen_t(MemoryLayout<Owner>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &owner, &size) == 0 else { throw refusal(.current) }
        return owner
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
