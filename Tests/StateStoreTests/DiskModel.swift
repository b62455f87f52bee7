import Glibc
import StateStore
import Synchronization
import SystemCalls
import TestSupport

/// A disk in memory that models what programs see and what a power cut leaves, as POSIX guarantees it:
///
/// - A file's bytes survive once it is synced. Before that, the file may have any of its contents since the last sync,
///   a part of them, or zeros.
/// - A directory's names survive once it is synced. Each change since then may survive or not, independently of the
///   others. A rename is one change.
/// - Everything below `/run` is in memory and is lost.
///
/// Tests can make any call fail, and make a call and all later ones have no effect.
final class DiskModel: FileSystem {
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

    private init(nodes: [Node]) { state = Mutex(State(nodes: nodes)) }

    // MARK: For tests

    /// The number of calls so far.
    var calls: Int { state.withLock { $0.calls } }

    /// Makes one call fail. The first call on the disk is number 1.
    func fail(call: Int, code: Int32) { state.withLock { $0.failures[call] = code } }

    /// Makes this and all later calls fail without an effect.
    func end(before call: Int) { state.withLock { $0.end = call } }

    /// Makes `fsync` do nothing, as if the store did not call it.
    func omit(_ sync: OmittedSync) { state.withLock { $0.omittedSync = sync } }

    /// Whether that call has been made.
    var hasEnded: Bool { state.withLock { state in state.end.map { state.calls >= $0 } ?? false } }

    /// The disk as another process finds it after the end of this one.
    func afterProcessEnd() -> DiskModel { DiskModel(nodes: state.withLock { $0.nodes }) }

    /// The disk as it may be after a power cut now.
    func afterPowerCut(using random: inout SeededGenerator) -> DiskModel {
        var nodes = state.withLock { $0.nodes }
        for position in nodes.indices {
            let node = nodes[position]
            nodes[position].bytes = node.survivors[Int.random(in: node.survivors.indices, using: &random)]
            nodes[position].survivors = [nodes[position].bytes]
            var names = node.lastingNames
            for change in node.changes where Bool.random(using: &random) { change.apply(to: &names) }
            nodes[position].names = position == 2 ? [:] : names
            nodes[position].lastingNames = nodes[position].names
            nodes[position].changes = []
        }
        return DiskModel(nodes: nodes)
    }

    // MARK: For the store

    var userID: UInt32 { 0 }
    func ownerID(of path: String) throws(SystemError) -> UInt32 { 0 }

    func openDirectory(at path: String) throws(SystemError) -> Int32 {
        try call("open") { state throws(SystemError) in state.open(try state.node(at: path)) }
    }

    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try call("openat") { state throws(SystemError) in
            let node = try state.node(name, in: directory)
            guard state.nodes[node].isDirectory else { throw SystemError(call: "openat", code: ENOTDIR) }
            return state.open(node)
        }
    }

    func makeDirectory(at path: String) throws(SystemError) {
        try call("mkdir") { state throws(SystemError) in
            let parts = path.split(separator: "/").map(String.init)
            let parent = try state.node(at: parts.dropLast().joined(separator: "/"))
            try state.add(Node(isDirectory: true), parts.last ?? "", to: parent)
        }
    }

    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        try call("mkdirat") { state throws(SystemError) in
            try state.add(Node(isDirectory: true), name, to: try state.node(of: directory))
        }
    }

    func names(in directory: Int32) throws(SystemError) -> [String] {
        try call("readdir") { state throws(SystemError) in
            Array(state.nodes[try state.node(of: directory)].names.keys)
        }
    }

    func status(of name: String, in directory: Int32) throws(SystemError) -> FileStatus {
        try call("fstatat") { state throws(SystemError) in
            let node = state.nodes[try state.node(name, in: directory)]
            return FileStatus(isRegular: !node.isDirectory, size: node.bytes.count)
        }
    }

    func openFile(_ name: String, in directory: Int32, for purpose: FilePurpose) throws(SystemError) -> Int32 {
        try call("openat") { state throws(SystemError) in
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

    func read(from file: Int32, atMost limit: Int) throws(SystemError) -> [UInt8] {
        try call("read") { state throws(SystemError) in
            Array(state.nodes[try state.node(of: file)].bytes.prefix(limit))
        }
    }

    func write(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        try call("write") { state throws(SystemError) in
            let node = try state.node(of: file)
            state.setBytes(state.nodes[node].bytes + bytes, of: node)
        }
    }

    func synchronize(_ descriptor: Int32) throws(SystemError) {
        try call("fsync") { state throws(SystemError) in
            let node = try state.node(of: descriptor)
            switch (state.omittedSync, state.nodes[node].isDirectory) {
            case (.writingFiles, false), (.writingDirectories, true): return
            default: break
            }
            state.nodes[node].survivors = [state.nodes[node].bytes]
            state.nodes[node].lastingNames = state.nodes[node].names
            state.nodes[node].changes = []
        }
    }

    func lock(_ file: Int32) throws(SystemError) -> Bool {
        try call("flock") { state throws(SystemError) in
            let node = try state.node(of: file)
            guard state.locks[node] == nil else { return false }
            state.locks[node] = file
            return true
        }
    }

    func unlock(_ file: Int32) {
        state.withLock { state in state.locks = state.locks.filter { $0.value != file } }
    }

    func close(_ descriptor: Int32) { state.withLock { $0.open[descriptor] = nil } }

    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        try call("renameat") { state throws(SystemError) in
            let node = try state.node(name, in: directory)
            try state.change(.rename(name, newName, node), in: directory)
        }
    }

    func link(_ name: String, in directory: Int32, to newName: String, in other: Int32) throws(SystemError) {
        try call("linkat") { state throws(SystemError) in
            let node = try state.node(name, in: directory)
            guard state.nodes[try state.node(of: other)].names[newName] == nil else {
                throw SystemError(call: "linkat", code: EEXIST)
            }
            try state.change(.add(newName, node), in: other)
        }
    }

    func unlink(_ name: String, in directory: Int32) throws(SystemError) {
        try call("unlinkat") { state throws(SystemError) in
            _ = try state.node(name, in: directory)
            try state.change(.remove(name), in: directory)
        }
    }

    private func call<Result: Sendable>(
        _ name: String, _ body: (inout State) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        try state.withLock { (state) throws(SystemError) in
            state.calls += 1
            if let end = state.end, state.calls >= end { throw SystemError(call: name, code: EIO) }
            if let code = state.failures[state.calls] {
                throw SystemError(call: name, code: code)
            }
            return try body(&state)
        }
    }
}
