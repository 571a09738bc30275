import Budget
import Facilitation
import Kernel
import KernelRuntime

/// The executable. Its list is the only place that names every module.
@main
enum Collectif: House {
    static let modules: [any MissionModule.Type] = [FacilitationModule.self, BudgetModule.self]

    static func main() async { await runCommands() }
}
