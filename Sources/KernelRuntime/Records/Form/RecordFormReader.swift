import Kernel

/// Reads a sent form into values.
enum RecordFormReader {
    /// Prefix of the inputs by which a person keeps the other version of a field.
    static let choicePrefix = "_choix."

    /// Values of the fields that the form holds. Fields it does not hold keep what they have; names it should not hold
    /// are not fields of it and change nothing. Throws `Refusal.invalid` with every fault.
    static func read(_ form: FormValues, fields: [RecordField], zone: String, names: (ReferenceTarget, String) async throws -> Identifier?)
        async throws -> RecordValues
    {
        var values = RecordValues()
        var faults: [FieldFault] = []
        let sent = form.names
        for field in fields where sent.contains(field.name) && form[choicePrefix + field.name] != "theirs" {
            let texts = form.all(field.name)
            if case .choices = field.kind {
                var codes: [String] = []
                for text in texts where !text.isEmpty && !codes.contains(text) { codes.append(text) }
                values[field.name] = .codes(codes)
                continue
            }
            let text = texts.last ?? ""
            if let target = field.target, !text.trimmed.isEmpty, Identifier(text.trimmed) == nil,
                let id = try await names(target, text.trimmed)
            {
                values[field.name] = .id(id)
                continue
            }
            switch FieldText.value(text, field.kind, zone: zone) {
            case .success(let value): values[field.name] = value
            case .failure(let fault): faults.append(FieldFault(field.name, fault.message))
            }
        }
        guard faults.isEmpty else {
            // What could be read is checked too: a person repairs everything at once.
            faults += fields.compactMap { field in
                guard let value = values.values[field.name] else { return nil }
                return FieldRules.fault(value, field).map { FieldFault(field.name, $0) }
            }
            let order = Dictionary(fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
            throw Refusal.invalid(faults.sorted { (order[$0.field] ?? 0) < (order[$1.field] ?? 0) })
        }
        return values
    }

    /// The one record of the MSP that bears a name typed instead of chosen; nil when there is none or several.
    static func find(_ target: ReferenceTarget, _ name: String, of subject: Identifier?, _ unit: WriteUnit) async throws -> Identifier? {
        let select: SQL = "select \"id\" from " + (try SQL.identifier(target.table)) + " where \"msp_id\" = $1 and "
        let query =
            if let within = target.within {
                Query(select + "(" + within + ") and (" + target.title + ")::text = $3 limit 2", .id(unit.msp), .id(subject), .text(name))
            } else {
                Query(select + "\"archived_at\" is null and (" + target.title + ")::text = $2 limit 2", .id(unit.msp), .text(name))
            }
        let rows = try await unit.one(query)
        return rows.count == 1 ? try rows[0][0] : nil
    }
}
