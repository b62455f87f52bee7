import Glibc

/// Shows long text through `$PAGER`, or `less`, on a terminal.
enum Pager {
    /// Prints text, through a pager if standard output is a terminal with fewer lines. Blocks until the pager ends.
    static func show(_ text: String) throws {
        let lines = text.utf8.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        guard let size = Terminal.size, lines >= size.lines else { return try Terminal.write(text) }
        let pager = Terminal.environment("PAGER") ?? ""
        // -F: end at once if all fits; -R: pass colors on; -S would cut long lines.
        guard let pipe = popen(pager.isEmpty ? "less -FR" : pager, "w") else { return try Terminal.write(text) }
        // A pager that is quit early closes the pipe, which must not end this command with a signal.
        signal(SIGPIPE, SIG_IGN)
        fputs(text, pipe)
        // The shell's status 127: there is no such pager.
        if pclose(pipe) >> 8 & 0xFF == 127 { try Terminal.write(text) }
    }
}
