import Subprocess
import SystemPackage

/// A program of the machine that works for us and ends with us, even when we are killed: it is never left behind to fill the memory.
struct ChildProgram: Sendable {
    let executable: Executable
    let arguments: Arguments

    /// Exit codes by which a starting program says that the next one is missing or cannot be run.
    static let absent: ClosedRange<Int32> = 126...127

    /// - Parameter program: name, or path, and its arguments.
    init(_ program: String, _ arguments: [String]) {
        executable = .name("setpriv")
        // The kernel sends it when the thread that started the child ends, and that thread lasts as long as the process.
        self.arguments = Arguments(["--pdeathsig", "KILL", "--", program] + arguments)
    }
}
