import SystemCalls

extension FileStateStore {
    private static let startFile = "started"

    /// Returns when this system first started swiftvlan, as a time since the kernel's boot, like `now`.
    ///
    /// A container starts long after its kernel, so the kernel's boot time says nothing about it. The first call in a
    /// system writes the time to the runtime directory, which disappears with the system if it is in memory. On a disk,
    /// the file of an earlier system is recognized by the cookie of its network namespace, or because its time is in
    /// the future. If the file cannot be written, the system's start is `now`: containers then get more time, which
    /// does no harm.
    package func firstStart(inSystem number: UInt64, now: Duration) -> Duration {
        let directory = runtime.directory.descriptor
        if let file = try? files.openFile(Self.startFile, in: directory, for: .reading) {
            defer { files.close(file) }
            let bytes = (try? files.read(from: file, atMost: 64)) ?? []
            if let start = Self.start(in: bytes, ofSystem: number), start <= now { return start }
        }
        try? files.unlink(Self.startFile, in: directory)
        if let file = try? files.openFile(Self.startFile, in: directory, for: .creating) {
            defer { files.close(file) }
            try? files.write(Array("\(number) \(now.components.seconds)\n".utf8), to: file)
        }
        return now
    }

    /// Parses the file; returns nil if it belongs to another system or is incomplete.
    private static func start(in bytes: [UInt8], ofSystem number: UInt64) -> Duration? {
        guard bytes.last == UInt8(ascii: "\n") else { return nil }
        let words = String(decoding: bytes.dropLast(), as: UTF8.self).split(separator: " ")
        guard words.count == 2, UInt64(words[0]) == number, let seconds = Int64(words[1]) else { return nil }
        return .seconds(seconds)
    }
}
