import CSystemd
import Glibc

/// The sockets that systemd has bound for this process (sd_listen_fds(3)).
package enum ListenSockets {
    /// SD_LISTEN_FDS_START
    private static let first: Int32 = 3

    /// Whether systemd passed a listening Unix stream socket under a name.
    package static func contains(_ name: String) -> Bool { descriptor(named: name) != nil }

    /// Returns a duplicate of the listening Unix stream socket that systemd passed under a name, or nil if it passed
    /// none.
    ///
    /// The caller closes the duplicate. The original stays open, and the environment variables of socket activation
    /// stay set, for a program that this process executes later (`descriptors`).
    package static func duplicate(named name: String) -> Int32? {
        guard let descriptor = descriptor(named: name) else { return nil }
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, first)
        return duplicate >= 0 ? duplicate : nil
    }

    private static func descriptor(named name: String) -> Int32? {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(0, &names)
        guard count > 0, let names else { return nil }
        defer {
            for position in 0..<Int(count) { free(names[position]) }
            free(names)
        }
        return (0..<count).first { position in
            guard let text = names[Int(position)], String(cString: text) == name else { return false }
            return sd_is_socket_unix(first + position, Int32(SOCK_STREAM.rawValue), 1, nil, 0) > 0
        }.map { first + $0 }
    }

    /// The descriptors that systemd passed, for the program that this process executes next.
    ///
    /// sd_listen_fds(3) marks them close-on-exec, so they are closed by an execution that does not keep them.
    package static var descriptors: Range<Int32> { first..<first + max(sd_listen_fds(0), 0) }
}
