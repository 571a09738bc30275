import Kernel

/// What references and row rules must hold to: they name what is declared.
extension BootChecks {
    /// A reference names a declared record by its own table, or rows under a declared record; those say which belong to the record acted on,
    /// else they would offer those of the whole MSP to anybody.
    static func references(_ modules: [RegisteredModule]) -> [String] {
        let records = modules.flatMap(\.contributions.records)
        let declared = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var faults: [String] = []
        for module in modules {
            for record in module.contributions.records {
                for field in record.fields + record.actions.flatMap(\.fields) + record.lines.flatMap(\.fields) {
                    var own = several(field, record, declared)
                    if let fault = field.target.flatMap({ fault($0, declared) }) { own.append("points to \(fault)") }
                    faults += own.map { "\(module.manifest.id): the field \(field.name) of \(record.id) \($0)" }
                }
                faults += rows(record, declared).map { "\(module.manifest.id): record \(record.id): \($0)" }
            }
        }
        return faults
    }

    private static func fault(_ target: ReferenceTarget, _ declared: [String: RecordType]) -> String? {
        if target.within != nil, !(target.within?.text.contains("$2") ?? false) {
            return "\(target.record) within a condition that does not name the record acted on, $2: use among."
        }
        guard let owner = target.owner else {
            guard let record = declared[target.record] else { return "\(target.record), which no module declares as a record." }
            return record.table == target.table ? nil : "\(target.record) in \(target.table), whose table is \(record.table)."
        }
        guard let record = declared[owner] else { return "\(target.record), rows under \(owner), which no module declares as a record." }
        guard target.within != nil else { return "\(target.record), rows under a record: it must say which belong to the one acted on." }
        let lines = record.lines.first { "\(owner).\($0.name)" == target.record }
        if let lines, lines.table != target.table { return "\(target.record) in \(target.table), whose table is \(lines.table)." }
        let schema = { (table: String) in table.prefix { $0 != "." } }
        return schema(target.table) == schema(record.table) ? nil : "\(target.record) in \(target.table), outside the schema of \(owner)."
    }

    /// Several references have their table, in records alone, and a name that everybody who reads the record may see.
    private static func several(_ field: RecordField, _ record: RecordType, _ declared: [String: RecordType]) -> [String] {
        guard field.isMany, let target = field.target else { return [] }
        var faults: [String] = []
        if declared[target.record]?.reading != nil {
            faults.append("points to several of \(target.record), whose rows not everybody sees.")
        }
        let isOwn = record.fields.contains { $0.name == field.name }
        if isOwn, field.links == nil { faults.append("keeps several references in no table.") }
        return faults
    }

    /// What a row rule names, and what would tell of rows that it hides.
    private static func rows(_ record: RecordType, _ declared: [String: RecordType]) -> [String] {
        var faults: [String] = []
        switch record.reading?.kind {
        case .own(let name):
            let isPerson = record.field(name)?.target?.record == "core.professional"
            if !isPerson { faults.append("its rows are those of \(name), which points to nobody of the team.") }
        case .members(let name):
            if record.memberLines == nil {
                faults.append("its rows are seen by members of \(name), which are no lines with one reference to somebody of the team.")
            }
        case nil: break
        }
        for lines in record.lines where lines.fields.contains(where: \.isMany) {
            faults.append("its lines \(lines.name) hold several references in one field.")
        }
        for field in record.fields where record.search.contains(field.name) || record.order.field == field.name {
            if let target = field.target, declared[target.record]?.reading != nil {
                faults.append("it is searched or ordered by \(field.name), whose rows not everybody sees.")
            }
        }
        return faults
    }
}
