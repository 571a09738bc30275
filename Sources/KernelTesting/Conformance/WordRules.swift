import Kernel
import KernelRuntime

extension ConformanceRule {
    /// What people read.
    static var words: [ConformanceRule] {
        [ConformanceRule("words of the trade are used in labels, never words of computing", module: computing)]
    }

    private static let banned = ["tenant", "artefact", "log ", "plugin", "excel", "workflow", "token"]

    private static func computing(_ module: RegisteredModule) -> [String] {
        let given = module.contributions
        var labels = [module.manifest.label, module.manifest.summary] + given.navigation.map(\.label) + given.permissions.map(\.label)
        for record in given.records {
            labels += record.fields.map(\.label) + record.actions.map(\.label) + [record.words.purpose]
            labels += record.lines.flatMap { $0.fields.map(\.label) + [$0.words.purpose] } + record.files.map(\.label)
        }
        return labels.flatMap { label in
            banned.filter { label.lowercased().contains($0) }.map { "\(module.manifest.id): « \(label) » says « \($0) »." }
        }
    }
}
