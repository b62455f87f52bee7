import CSystemd
import Glibc

/// The sockets that systemd has bound for this process (sd_listen_fds(3)).
package enum ListenSockets {
    /// The descriptor of the listening Unix stream socket that systemd passed under a name; nil when there is none.
    ///
    /// Call it once, before there are other threads: it clears the environment variables of socket activation.
    package static func take(named name: String) -> Int32? {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &names)
        guard count > 0, let names else { return nil }
        defer {
            for position in 0..<Int(count) { free(names[position]) }
            free(names)
        }
        let first: Int32 = 3  // SD_LISTEN_FDS_START
        return (0..<count).first { position in
            guard let text = names[Int(position)], String(cString: text) == name else { return false }
            return sd_is_socket_unix(first + position, Int32(SOCK_STREAM.rawValue), 1, nil, 0) > 0
        }.map { first + $0 }
    }
}
