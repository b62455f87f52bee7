import Glibc
import TestSupport

/// Writes a kernel setting, a file below /proc/sys. Network settings apply to the calling thread's namespace.
package func setKernelSetting(_ name: String, to value: String) throws {
    let path = "/proc/sys/\(name)"
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CallError(call: "open(\(path))") }
    defer { close(descriptor) }
    guard write(descriptor, value, value.utf8.count) == value.utf8.count else {
        throw CallError(call: "write(\(path))")
    }
}
