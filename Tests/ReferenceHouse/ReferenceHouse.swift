import EnabledModules
import Kernel
import KernelRuntime
import ReferenceModule

/// What a third party writes to run its own module: this file, and a package that depends on ours.
@main
enum ReferenceHouse: House {
    static let modules: [any MissionModule.Type] = enabledModules + [ReferenceModule.self]

    static func main() async { await runCommands() }
}
