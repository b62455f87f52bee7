import SystemCalls

/// Reads the host's files below a root, which tests replace.
package struct HostFiles: Sendable {
    /// The folder that stands for `/`.
    package let root: String

    package init(root: String = "") { self.root = root }

    /// The path on this host.
    package func path(_ path: String) -> String { root + path }
}
