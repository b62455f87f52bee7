package import Glibc

/// Starts a program that the kernel ends when the calling thread does, even if that is killed and has no time to; its
/// process. What it prints, on both ways, goes to the file; without an environment it gets this process's.
package func startTied(
    _ command: [String], environment: [String: String]? = nil, output: String, isAppended: Bool = false
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    let mode = O_CREAT | O_WRONLY | (isAppended ? O_APPEND : O_TRUNC)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, mode, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    let command = ["setpriv", "--pdeathsig", "KILL", "--"] + command
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.map { $0.map { strdup("\($0.key)=\($0.value)") } + [nil] }
    defer { for text in arguments + (variables ?? []) { free(text) } }
    var id = pid_t()
    let failure =
        if let variables {
            posix_spawnp(&id, command[0], &actions, nil, arguments, variables)
        } else {
            posix_spawnp(&id, command[0], &actions, nil, arguments, environ)
        }
    guard failure == 0 else { throw CallError(call: command[0], code: failure) }
    return id
}
