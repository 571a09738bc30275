import Kernel

/// What is wrong with the files of a declaration, one English sentence each, for the boot checks.
enum RecordFileFaults {
    static func of(_ record: RecordType) -> [String] {
        let names = record.files.map(\.name)
        var faults = Set(names).count == names.count ? [] : ["two places of files share a name."]
        for slot in record.files {
            if (try? SQL.identifier(slot.name)) == nil || slot.name.contains(".") {
                faults.append("the files \(slot.name) have no lower_snake name.")
            }
            if slot.most < 1 || slot.most > 100 { faults.append("the files \(slot.name) are one at least and a hundred at most.") }
            for state in slot.states ?? [] where record.workflow?.state(state) == nil {
                faults.append("the files \(slot.name) come and go in the unknown state \(state).")
            }
            let acts = [slot.name, "\(slot.name)_removed"]
            if record.actions.contains(where: { acts.contains($0.id) }) {
                faults.append("the files \(slot.name) and an action share a name.")
            }
        }
        return faults
    }
}
