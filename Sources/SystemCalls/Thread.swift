import CGlibc
import Glibc

/// Runs a closure on a new, detached thread, which the closure may block.
///
/// The name, of at most 15 bytes, is for tools such as `ps -L` (pthread_setname_np(3)).
package func startThread(
    named name: StaticString, _ body: @escaping @Sendable () -> Void
) throws(SystemError) {
    final class Box {
        let name: StaticString
        let body: @Sendable () -> Void
        init(_ name: StaticString, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    let box = Unmanaged.passRetained(Box(name, body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
            // Set by the thread itself, so that its name is right from its first action on.
            box.name.withUTF8Buffer { name in
                name.withMemoryRebound(to: CChar.self) { characters in
                    _ = characters.baseAddress.map { pthread_setname_np(pthread_self(), $0) }
                }
            }
            box.body()
            return nil
        }, box.toOpaque())
    guard result == 0 else {
        box.release()
        throw SystemError(call: "pthread_create", code: result)
    }
    pthread_detach(thread)
}
