import Kernel

/// `collectif aci simulate --input FILE`
enum SimulateCommand {
    /// The command, under the rules of this installation.
    static func command(_ book: RuleBook) -> ModuleCommand {
        let simulator = AciSimulator(book: book)
        return ModuleCommand(
            ["aci", "simulate"], summary: "Simulate the ACI of one structure, or of each structure of an array.",
            options: [
                ModuleCommand.Option(
                    "input", "FILE", kind: .file, required: true, summary: "JSON document, an object or an array; - reads standard input.")
            ]
        ) { input in
            do {
                return .answer(try simulator.answer(try JSONValue.parse(input.files["input"] ?? [])))
            } catch let refusal as DocumentRefusal {
                return .refused(refusal.description)
            } catch {
                return .refused((error as? Refusal)?.message ?? "Le document JSON est illisible.")
            }
        }
    }
}
