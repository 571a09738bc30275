import Kernel

/// `collectif aci rules`
enum RulesCommand {
    /// Lists the rule sets at hand, or prints one: the start of a copy for a new exercise.
    static func command(_ book: RuleBook) -> ModuleCommand {
        ModuleCommand(
            ["aci", "rules"], summary: "List the ACI rule sets with their exercises and status.",
            options: [ModuleCommand.Option("export", "ID", summary: "Print the JSON document of one rule set instead.")]
        ) { input in
            guard let id = input.texts["export"] else {
                return .lines(
                    book.ruleSets.map { [$0.id, $0.period, $0.status.label, $0.name, $0.confirmationWords].joined(separator: "\t") })
            }
            guard let set = book.ruleSets.first(where: { $0.id == id }) else {
                let known = book.ruleSets.map { "« \($0.id) »" }
                return .refused("Aucun jeu de règles ne s’appelle « \(id) ». Jeux connus : \(French.list(known)).")
            }
            return .lines(IndentedJSON.lines(set.document))
        }
    }
}
