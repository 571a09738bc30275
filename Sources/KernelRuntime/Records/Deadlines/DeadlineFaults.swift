import Kernel

/// What is wrong with the deadlines of a declaration, one English sentence each, for the boot checks.
enum DeadlineFaults {
    static func of(_ record: RecordType) -> [String] {
        let names = record.deadlines.map(\.name)
        var faults = Set(names).count == names.count ? [] : ["two deadlines share a name."]
        if !names.isEmpty, let named = record.namedBy.first(where: { !isNamed($0, record) }) {
            faults.append("it has deadlines, so \(named) must be a text or a code: they name it without its references.")
        }
        return faults + record.deadlines.flatMap { of($0, record) }
    }

    private static func isNamed(_ name: String, _ record: RecordType) -> Bool {
        switch record.field(name)?.kind {
        case .text, .longText, .choice: true
        default: false
        }
    }

    private static func of(_ deadline: RecordDeadline, _ record: RecordType) -> [String] {
        var faults: [String] = []
        func check(_ holds: Bool, _ sentence: String) { if !holds { faults.append("its deadline \(deadline.name) \(sentence)") } }
        let isName = (try? SQL.identifier(deadline.name)) != nil && !deadline.name.contains(".") && deadline.name.count <= 40
        check(isName, "has no lower_snake name.")
        check(isDay(deadline.day.field, record), "starts from \(deadline.day.field), which is no date or instant of the record.")
        if let field = deadline.day.length?.field {
            let isNumber = if case .integer = record.field(field)?.kind { true } else { false }
            check(isNumber, "is measured by \(field), which is no whole number of the record.")
        }
        for state in deadline.states ?? [] { check(record.workflow?.state(state) != nil, "runs in the unknown state \(state).") }
        for field in deadline.codes.keys.sorted() {
            let isCode = if case .choice = record.field(field)?.kind { true } else { false }
            check(isCode, "asks for codes of \(field), which holds none.")
        }
        if let owner = deadline.owner {
            check(record.field(owner)?.target?.record == "core.professional", "is owned by \(owner), which points to nobody of the team.")
        }
        if let action = deadline.doneBy { check(record.actions.contains { $0.id == action }, "is done by the unknown action \(action).") }
        check(deadline.acting != nil || record.permissions.update != nil, "can be neither done nor put off: say who may act on it.")
        check(!deadline.says.isEmpty, "does not say what is to be done.")
        return faults
    }

    private static func isDay(_ name: String, _ record: RecordType) -> Bool {
        switch record.field(name)?.kind {
        case .date, .instant: true
        default: false
        }
    }
}
