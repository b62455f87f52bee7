import DriverCore
import Glibc
import SystemCalls

// One message for a failed call: the action, the kernel's text, and what to do.

extension StateStoreError {
    /// Creates the error for an action that failed in one of the store's two directories.
    static func cannot(
        _ action: String, _ error: SystemError, in directory: String, _ files: any FileSystem
    ) -> StateStoreError {
        StateStoreError(message: "cannot \(action): \(error); \(error.remedy(in: directory, files))")
    }
}

extension SystemError {
    /// Returns what the operator can do.
    func remedy(in directory: String, _ files: any FileSystem) -> String {
        switch errno.code {
        case ENOSPC, EDQUOT: return "free some space there"
        // The service's own mount namespace keeps the mount as it was when the service started.
        case EROFS:
            return "remount its file system writable with `mount -o remount,rw MOUNTPOINT` and restart swiftvlan"
        case EACCES, EPERM:
            let user = files.userID
            guard let owner = try? files.ownerID(of: directory) else {
                return "this daemon runs as user \(user), who cannot access \"\(directory)\""
            }
            guard owner != user else { return "check the modes of \"\(directory)\" and its contents" }
            return "\"\(directory)\" belongs to user \(owner) and this daemon runs as user \(user); "
                + "run `chown -R \(user) \"\(directory)\"`"
        case EIO: return "look for disk errors in the kernel's log with `dmesg`"
        case ENOENT: return "create its parent directory"
        case ENOTDIR, EISDIR, ELOOP, EEXIST: return "move the file of that name away"
        case EMFILE, ENFILE: return "raise the limit of open files"
        default: return "check the file system of \"\(directory)\""
        }
    }
}
