import Glibc

/// A system call on a file that failed.
package struct FileCallError: Error, Hashable {
    package let call: String
    package let code: Int32

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The C name where this table knows it: the numbers that calls on files come back with.
    private var name: String? {
        switch code {
        case EACCES: "EACCES"
        case EDQUOT: "EDQUOT"
        case EEXIST: "EEXIST"
        case EFBIG: "EFBIG"
        case EINVAL: "EINVAL"
        case EIO: "EIO"
        case EISDIR: "EISDIR"
        case ELOOP: "ELOOP"
        case EMFILE: "EMFILE"
        case EMLINK: "EMLINK"
        case ENAMETOOLONG: "ENAMETOOLONG"
        case ENFILE: "ENFILE"
        case ENOENT: "ENOENT"
        case ENOMEM: "ENOMEM"
        case ENOSPC: "ENOSPC"
        case ENOTDIR: "ENOTDIR"
        case EPERM: "EPERM"
        case EROFS: "EROFS"
        default: nil
        }
    }
}

extension FileCallError: CustomStringConvertible {
    /// The call, the C library's sentence and the name, as in `fsync: Input/output error (EIO)`.
    package var description: String {
        // glibc keeps the text of strerror() per thread since 2.32.
        "\(call): \(String(cString: strerror(code))) (\(name ?? "errno \(code)"))"
    }
}
