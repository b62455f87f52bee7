import DriverCore
import Glibc
import SystemCalls

// What went wrong with a file, as one sentence: what was wanted, the kernel's words, and what to do.

extension StateStoreError {
    /// Something that could not be done in one of the store's two directories.
    static func cannot(
        _ deed: String,
        _ error: SystemError,
        in directory: String,
        _ files: any FileSystem
    ) -> StateStoreError {
        StateStoreError(sentence: "cannot \(deed): \(error); \(error.remedy(in: directory, files))")
    }
}

extension SystemError {
    /// What the operator can do.
    func remedy(in directory: String, _ files: any FileSystem) -> String {
        switch errno.code {
        case ENOSPC, EDQUOT: return "free some space there"
        // A service that was started meanwhile has the mount as it was then in its own mount namespace.
        case EROFS: return "remount its file system writable (mount -o remount,rw) and restart swiftvlan"
        case EACCES, EPERM:
            let user = files.userID
            guard let owner = try? files.ownerID(of: directory) else {
                return "this daemon runs as user \(user), who needs a way to \"\(directory)\""
            }
            guard owner != user else { return "look at the modes of \"\(directory)\" and what is in it" }
            return "\"\(directory)\" belongs to user \(owner) and this daemon runs as user \(user): "
                + "chown -R \(user) \"\(directory)\""
        case EIO: return "look for the disk in the kernel's log (dmesg)"
        case ENOENT: return "make the directory that it is to be in"
        case ENOTDIR, EISDIR, ELOOP, EEXIST: return "move away what has its name"
        case EMFILE, ENFILE: return "raise the limit of open files"
        default: return "look at the file system of \"\(directory)\""
        }
    }
}
