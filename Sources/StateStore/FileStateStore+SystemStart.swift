import SystemCalls

extension FileStateStore {
    private static let startFile = "started"

    /// When this system first started swiftvlan, in time since the kernel's boot, as `now` is.
    ///
    /// A container starts long after its kernel, so that the kernel's boot says nothing about it. The first call in a
    /// system writes the time into the runtime directory, which goes with the system where it is in memory. Where it is
    /// on a disk, what an earlier system wrote is known by the number of its network namespace, or by a time that is yet
    /// to come. When the file cannot be written, the system starts with this daemon: that gives containers more time,
    /// and no harm.
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

    /// Reads the file; nil where it is another system's, or was not written to its end.
    private static func start(in bytes: [UInt8], ofSystem number: UInt64) -> Duration? {
        guard bytes.last == UInt8(ascii: "\n") else { return nil }
        let words = String(decoding: bytes.dropLast(), as: UTF8.self).split(separator: " ")
        guard words.count == 2, UInt64(words[0]) == number, let seconds = Int64(words[1]) else { return nil }
        return .seconds(seconds)
    }
}
