import ControlAPI
import Glibc
import SystemCalls

/// Finds folders of records on a file system that is full or read-only.
struct StateDirectory: Check {
    let name = "state-directory"
    /// Each network and endpoint has a record of at most some kilobytes, which is written again each time.
    private static let neededSpace: UInt64 = 1 << 20

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let state = facts.files.daemonSetting("state-directory") ?? "/var/lib/swiftvlan"
        let runtime = facts.files.daemonSetting("runtime-directory") ?? "/run/swiftvlan"
        return CheckResult([state, runtime].compactMap { finding($0, facts.files) })
    }

    private func finding(_ path: String, _ files: HostFiles) -> Finding? {
        var disk = statvfs()
        guard statvfs(files.path(path), &disk) == 0 else { return nil }
        let isReadOnly = disk.f_flag & UInt(ST_RDONLY) != 0
        let space = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
        // File systems such as btrfs do not limit the number of files and report 0.
        let hasNoFiles = disk.f_files > 0 && disk.f_favail == 0
        guard isReadOnly || hasNoFiles || space < Self.neededSpace else { return nil }
        let state = isReadOnly ? "read-only" : hasNoFiles ? "out of inodes" : "full: \(space >> 10) KiB are free"
        return Finding(
            .problem, name, subject: path, what: "the file system of \(path) is \(state)",
            why: "swiftvlan refuses to create networks and to start containers that it could not record",
            remedy: isReadOnly
                ? "see why with: dmesg; then run: mount -o remount,rw MOUNTPOINT && systemctl restart swiftvlan"
                : "make room: df -h \(path); the daemon tries again by itself")
    }
}
