import Kernel

/// What the acts of one record say must hold together: their fields, their states, the graph of the workflow.
extension BootChecks {
    /// English sentences without the name of the record.
    static func acts(_ record: RecordType) -> [String] {
        var faults: [String] = []
        for action in record.actions {
            let asked = Set((action.fields + (action.byLink ?? [])).map(\.name))
            for setting in action.sets {
                if record.field(setting.field) == nil {
                    faults.append("the action \(action.id) sets \(setting.field), which is no field.")
                }
                if let name = setting.givenName, !asked.contains(name) {
                    faults.append("the action \(action.id) sets \(setting.field) from \(name), which it does not ask.")
                }
            }
            if let column = action.evidence?.column, (try? SQL.identifier(column)) == nil {
                faults.append("the action \(action.id) keeps its proof in \(column), which is no name.")
            }
        }
        return faults + graph(record)
    }

    /// What the buttons show is what the engine lets pass: every act with a destination leads along the graph, from every state that
    /// it starts from.
    private static func graph(_ record: RecordType) -> [String] {
        guard let workflow = record.workflow else { return [] }
        let states = Set(workflow.states.map(\.code))
        var faults: [String] = []
        for state in workflow.editable.subtracting(states).sorted() { faults.append("it may be changed in the unknown state \(state).") }
        for (from, to) in workflow.next.sorted(by: { $0.key < $1.key }) {
            for state in Set([from]).union(to).subtracting(states).sorted() { faults.append("its graph names the unknown state \(state).") }
        }
        for action in record.actions {
            guard let to = action.to else { continue }
            for from in (action.from ?? states).sorted() where from != to && !workflow.allows(from: from, to: to) {
                faults.append("the action \(action.id) leads from \(from) to \(to), which the graph does not allow.")
            }
        }
        return faults
    }
}
