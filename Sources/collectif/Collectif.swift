import EnabledModules
import Kernel
import KernelRuntime

/// The executable: the modules of this build, with every command.
@main
enum Collectif: House {
    static let modules = enabledModules

    static func main() async { await runCommands() }
}
