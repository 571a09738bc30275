import Kernel

extension BootChecks {
    /// What is wrong with the lines of a record.
    static func lines(_ record: RecordType) -> [String] {
        var faults: [String] = []
        let all = record.lines
        if Set(all.map(\.name)).count != all.count || Set(all.map(\.path)).count != all.count {
            faults.append("two lists of lines share a name or a path.")
        }
        let states = Set(record.workflow?.states.map(\.code) ?? [])
        let ownPaths = Set(record.actions.map(\.path) + ["nouveau", "modifier", "archiver", "retablir"])
        for lines in all {
            func check(_ holds: Bool, _ sentence: String) { if !holds { faults.append("lines \(lines.name): \(sentence)") } }
            let names = lines.fields.map(\.name)
            check(Set(names).count == names.count, "two fields share a name.")
            check(record.field(lines.name) == nil, "a field of the record has their name.")
            check(!lines.columns.isEmpty, "they have no column.")
            for column in lines.columns { check(names.contains(column), "their column \(column) is not declared.") }
            for field in lines.uniqueBy { check(names.contains(field), "their key field \(field) is not declared.") }
            if case .by(let field) = lines.order { check(names.contains(field), "their order field \(field) is not declared.") }
            for state in lines.during ?? [] { check(states.contains(state), "they change in the unknown state \(state).") }
            for name in names where ["id", "revision", "created_at", "updated_at", "place"].contains(name) || name.hasPrefix("_") {
                check(false, "the field name \(name) is reserved.")
            }
            if (try? LinesSQL(lines, of: record)) == nil { check(false, "a table or column name is not lower_snake.") }
            if let checklist = lines.checklist {
                check(!checklist.items.codes.isEmpty && !checklist.states.isEmpty, "the checklist has no item or no state.")
                let known = Set(checklist.states.map(\.code))
                for state in checklist.done { check(known.contains(state), "an item is had in the unknown state \(state).") }
                for state in checklist.asks ?? [] { check(states.contains(state), "the checklist asks in the unknown state \(state).") }
            }
            guard lines.isShown else { continue }
            check(!ownPaths.contains(lines.path), "their path \(lines.path) is an act of the record.")
            let segment = lines.name.replacing("_", with: "-")
            let isTaken = segment == "restore" || record.actions.contains { $0.apiPath == segment }
            check(!isTaken, "their API path \(segment) is an act of the record.")
        }
        return faults
    }
}
