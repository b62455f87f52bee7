import Glibc
import StateStore
import SystemCalls

extension DiskModel {
    /// A change to a directory's names. Nodes are referred to by number.
    enum Change {
        case add(String, Int)
        case rename(String, String, Int)
        case remove(String)

        func apply(to names: inout [String: Int]) {
            switch self {
            case .add(let name, let node): names[name] = node
            case .rename(let old, let new, let node):
                if names[old] == node { names[old] = nil }
                names[new] = node
            case .remove(let name): names[name] = nil
            }
        }
    }

    /// A sync that the disk omits.
    enum OmittedSync {
        case writingFiles, writingDirectories
    }

    /// A file or a directory.
    struct Node {
        var isDirectory = false
        var bytes: [UInt8] = []
        /// The possible contents after a power cut.
        var survivors: [[UInt8]] = [[]]
        var names: [String: Int] = [:]
        var lastingNames: [String: Int] = [:]
        var changes: [Change] = []
    }

    /// The nodes, of which the first is the root, and the open descriptors.
    struct State {
        var nodes: [Node] = [Node(isDirectory: true)]
        var open: [Int32: Int] = [:]
        var locks: [Int: Int32] = [:]
        var nextDescriptor: Int32 = 3
        var calls = 0
        var failures: [Int: Int32] = [:]
        var end: Int?
        /// The sync that `fsync` omits although it reports success.
        var omittedSync: OmittedSync?
    }
}

extension DiskModel.State {
    mutating func open(_ node: Int) -> Int32 {
        defer { nextDescriptor += 1 }
        open[nextDescriptor] = node
        return nextDescriptor
    }

    func node(of descriptor: Int32) throws(SystemError) -> Int {
        guard let node = open[descriptor] else { throw SystemError(call: "fcntl", code: EBADF) }
        return node
    }

    func node(_ name: String, in directory: Int32) throws(SystemError) -> Int {
        guard let node = nodes[try node(of: directory)].names[name] else {
            throw SystemError(call: "openat", code: ENOENT)
        }
        return node
    }

    func node(at path: String) throws(SystemError) -> Int {
        var node = 0
        for part in path.split(separator: "/") {
            guard let next = nodes[node].names[String(part)] else { throw SystemError(call: "open", code: ENOENT) }
            node = next
        }
        return node
    }

    mutating func add(_ node: DiskModel.Node, _ name: String, to directory: Int) throws(SystemError) {
        guard nodes[directory].names[name] == nil else { throw SystemError(call: "openat", code: EEXIST) }
        nodes.append(node)
        nodes[directory].names[name] = nodes.count - 1
        nodes[directory].changes.append(.add(name, nodes.count - 1))
    }

    mutating func change(_ change: DiskModel.Change, in directory: Int32) throws(SystemError) {
        let node = try node(of: directory)
        change.apply(to: &nodes[node].names)
        nodes[node].changes.append(change)
    }

    mutating func setBytes(_ bytes: [UInt8], of node: Int) {
        nodes[node].bytes = bytes
        nodes[node].survivors += [bytes, Array(bytes.prefix(bytes.count / 2)), bytes.map { _ in 0 }]
    }
}
