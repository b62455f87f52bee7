import Glibc
import StateStore
import Synchronization
import TestSupport

/// A disk in memory that keeps apart what a power cut leaves from what programs see, as far as POSIX promises it:
///
/// - A file's bytes survive from `fsync` of it on; before that anything of what was there since may be found, a part of
///   it, or zeros.
/// - A directory's names survive from `fsync` of it on; of the changes since each may survive or not, whatever became of
///   the others. A renaming is one change.
/// - What is below `/run` is in memory, and goes.
///
/// Any call can be made to fail, or to be the first that is not carried out any more.
final class DiskModel: FileSystem {
    fileprivate enum Change {
        case add(String, Int)
        case rename(String, String, Int)
        case remove(String)
    }

    fileprivate struct Node {
        var isDirectory = false
        var bytes: [UInt8] = []
        /// What may be found of the bytes after a power cut: one of these.
        var survivors: [[UInt8]] = [[]]
        var names: [String: Int] = [:]
        var lastingNames: [String: Int] = [:]
        var changes: [Change] = []
    }

    fileprivate struct State {
        var nodes: [Node] = [Node(isDirectory: true)]
        var open: [Int32: Int] = [:]
        var locks: [Int: Int32] = [:]
        var nextDescriptor: Int32 = 3
        var calls = 0
        var failure: (call: Int, code: Int32)?
        var end: Int?
    }

    private let state: Mutex<State>

    /// A disk with the directories `/lib` and `/run`.
    init() {
        var state = State()
        for (position, name) in ["lib", "run"].enumerated() {
            state.nodes.append(Node(isDirectory: true))
            state.nodes[0].names[name] = position + 1
        }
        state.nodes[0].lastingNames = state.nodes[0].names
        self.state = Mutex(state)
    }

    private init(nodes: [Node]) {
        state = Mutex(State(nodes: nodes))
    }

    // MARK: What tests do to it

    /// The calls so far.
    var calls: Int { state.withLock { $0.calls } }

    /// Has one call fail, counted from the first ever.
    func fail(call: Int, code: Int32) { state.withLock { $0.failure = (call, code) } }

    /// Has nothing be carried out from a call on.
    func end(before call: Int) { state.withLock { $0.end = call } }

    /// Whether that call has come.
    var hasEnded: Bool { state.withLock { state in state.end.map { state.calls >= $0 } ?? false } }

    /// The disk as another process finds it when this one is no more.
    func afterProcessEnd() -> DiskModel { DiskModel(nodes: state.withLock { $0.nodes }) }

    /// The disk as it may be after a power cut now.
    func afterPowerCut(using random: inout SeededGenerator) -> DiskModel {
        var nodes = state.withLock { $0.nodes }
        for position in nodes.indices {
            let node = nodes[position]
            nodes[position].bytes = node.survivors[Int.random(in: node.survivors.indices, using: &random)]
            nodes[position].survivors = [nodes[position].bytes]
            var names = node.lastingNames
            for change in node.changes where Bool.random(using: &random) { Self.apply(change, to: &names) }
            nodes[position].names = position == 2 ? [:] : names
            nodes[position].lastingNames = nodes[position].names
            nodes[position].changes = []
        }
        return DiskModel(nodes: nodes)
    }

    fileprivate static func apply(_ change: Change, to names: inout [String: Int]) {
        switch change {
        case .add(let name, let node): names[name] = node
        case .rename(let old, let new, let node):
            if names[old] == node { names[old] = nil }
            names[new] = node
        case .remove(let name): names[name] = nil
        }
    }

    // MARK: What the store does

    var userID: UInt32 { 0 }
    func ownerID(of path: String) throws(FileCallError) -> UInt32 { 0 }

    func openDirectory(at path: String) throws(FileCallError) -> Int32 {
        try call("open") { state throws(FileCallError) in state.open(try state.node(at: path)) }
    }

    func openDirectory(_ name: String, in directory: Int32) throws(FileCallError) -> Int32 {
        try call("openat") { state throws(FileCallError) in
            let node = try state.node(name, in: directory)
            guard state.nodes[node].isDirectory else { throw FileCallError(call: "openat", code: ENOTDIR) }
            return state.open(node)
        }
    }

    func makeDirectory(at path: String) throws(FileCallError) {
        try call("mkdir") { state throws(FileCallError) in
            let parts = path.split(separator: "/").map(String.init)
            let parent = try state.node(at: parts.dropLast().joined(separator: "/"))
            try state.add(Node(isDirectory: true), parts.last ?? "", to: parent)
        }
    }

    func makeDirectory(_ name: String, in directory: Int32) throws(FileCallError) {
        try call("mkdirat") { state throws(FileCallError) in
            try state.add(Node(isDirectory: true), name, to: try state.node(of: directory))
        }
    }

    func names(in directory: Int32) throws(FileCallError) -> [String] {
        try call("readdir") { state throws(FileCallError) in Array(state.nodes[try state.node(of: directory)].names.keys) }
    }

    func status(of name: String, in directory: Int32) throws(FileCallError) -> FileStatus {
        try call("fstatat") { state throws(FileCallError) in
            let node = state.nodes[try state.node(name, in: directory)]
            return FileStatus(isRegular: !node.isDirectory, size: node.bytes.count)
        }
    }

    func openFile(_ name: String, in directory: Int32, for purpose: FilePurpose) throws(FileCallError) -> Int32 {
        try call("openat") { state throws(FileCallError) in
            let parent = try state.node(of: directory)
            let isThere = state.nodes[parent].names[name] != nil
            switch purpose {
            case .creating: try state.add(Node(), name, to: parent)
            case .locking where !isThere: try state.add(Node(), name, to: parent)
            case .overwriting: state.setBytes([], of: try state.node(name, in: directory))
            case .reading, .locking: break
            }
            return state.open(try state.node(name, in: directory))
        }
    }

    func read(from file: Int32, atMost limit: Int) throws(FileCallError) -> [UInt8] {
        try call("read") { state throws(FileCallError) in
            Array(state.nodes[try state.node(of: file)].bytes.prefix(limit))
        }
    }

    func write(_ bytes: [UInt8], to file: Int32) throws(FileCallError) {
        try call("write") { state throws(FileCallError) in
            let node = try state.node(of: file)
            state.setBytes(state.nodes[node].bytes + bytes, of: node)
        }
    }

    func synchronize(_ descriptor: Int32) throws(FileCallError) {
        try call("fsync") { state throws(FileCallError) in
            let node = try state.node(of: descriptor)
            state.nodes[node].survivors = [state.nodes[node].bytes]
            state.nodes[node].lastingNames = state.nodes[node].names
            state.nodes[node].changes = []
        }
    }

    func lock(_ file: Int32) throws(FileCallError) -> Bool {
        try call("flock") { state throws(FileCallError) in
            let node = try state.node(of: file)
            guard state.locks[node] == nil else { return false }
            state.locks[node] = file
            return true
        }
    }

    func close(_ descriptor: Int32) {
        state.withLock { state in
            state.open[descriptor] = nil
            state.locks = state.locks.filter { $0.value != descriptor }
        }
    }

    func rename(_ name: String, to newName: String, in directory: Int32) throws(FileCallError) {
        try call("renameat") { state throws(FileCallError) in
            let node = try state.node(name, in: directory)
            try state.change(.rename(name, newName, node), in: directory)
        }
    }

    func link(_ name: String, in directory: Int32, to newName: String, in other: Int32) throws(FileCallError) {
        try call("linkat") { state throws(FileCallError) in
            let node = try state.node(name, in: directory)
            guard state.nodes[try state.node(of: other)].names[newName] == nil else {
                throw FileCallError(call: "linkat", code: EEXIST)
            }
            try state.change(.add(newName, node), in: other)
        }
    }

    func unlink(_ name: String, in directory: Int32) throws(FileCallError) {
        try call("unlinkat") { state throws(FileCallError) in
            _ = try state.node(name, in: directory)
            try state.change(.remove(name), in: directory)
        }
    }

    private func call<Result: Sendable>(
        _ name: String,
        _ body: (inout State) throws(FileCallError) -> Result
    ) throws(FileCallError) -> Result {
        try state.withLock { (state) throws(FileCallError) in
            state.calls += 1
            if let end = state.end, state.calls >= end { throw FileCallError(call: name, code: EIO) }
            if let failure = state.failure, failure.call == state.calls {
                throw FileCallError(call: name, code: failure.code)
            }
            return try body(&state)
        }
    }
}

extension DiskModel.State {
    fileprivate mutating func open(_ node: Int) -> Int32 {
        defer { nextDescriptor += 1 }
        open[nextDescriptor] = node
        return nextDescriptor
    }

    fileprivate func node(of descriptor: Int32) throws(FileCallError) -> Int {
        guard let node = open[descriptor] else { throw FileCallError(call: "fcntl", code: EBADF) }
        return node
    }

    fileprivate func node(_ name: String, in directory: Int32) throws(FileCallError) -> Int {
        guard let node = nodes[try node(of: directory)].names[name] else {
            throw FileCallError(call: "openat", code: ENOENT)
        }
        return node
    }

    fileprivate func node(at path: String) throws(FileCallError) -> Int {
        var node = 0
        for part in path.split(separator: "/") {
            guard let next = nodes[node].names[String(part)] else { throw FileCallError(call: "open", code: ENOENT) }
            node = next
        }
        return node
    }

    fileprivate mutating func add(_ node: DiskModel.Node, _ name: String, to directory: Int) throws(FileCallError) {
        guard nodes[directory].names[name] == nil else { throw FileCallError(call: "openat", code: EEXIST) }
        nodes.append(node)
        nodes[directory].names[name] = nodes.count - 1
        nodes[directory].changes.append(.add(name, nodes.count - 1))
    }

    fileprivate mutating func change(_ change: DiskModel.Change, in directory: Int32) throws(FileCallError) {
        let node = try node(of: directory)
        DiskModel.apply(change, to: &nodes[node].names)
        nodes[node].changes.append(change)
    }

    fileprivate mutating func setBytes(_ bytes: [UInt8], of node: Int) {
        nodes[node].bytes = bytes
        nodes[node].survivors += [bytes, Array(bytes.prefix(bytes.count / 2)), bytes.map { _ in 0 }]
    }
}
