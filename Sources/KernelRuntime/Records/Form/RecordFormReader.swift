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
            if let target = field.target {
                var ids: [Identifier] = []
                // A list beside the name that was typed: what was chosen there is the last that is not blank.
                let given = texts.map(\.trimmed).filter { !$0.isEmpty }
                for text in field.isMany ? given : given.suffix(1) {
                    if let id = Identifier(text) {
                        ids.append(id)
                    } else if let id = try await names(target, text) {
                        ids.append(id)
                    } else {
                        faults.append(FieldFault(field.name, ReferenceChoice.refusal))
                    }
                }
                values[field.name] = field.isMany ? .ids(Set(ids).sorted()) : ids.first.map { .id($0) } ?? .null
                continue
            }
            let text = texts.last ?? ""
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

    /// The one of those that may be chosen which bears a name typed instead of chosen; nil when there is none or several.
    static func find(
        _ target: ReferenceTarget, _ name: String, of subject: Identifier?, _ catalog: RecordCatalog, _ unit: WriteUnit
    ) async throws -> Identifier? {
        let choice = ReferenceChoice(target, catalog)
        let rows = try await unit.one(
            try choice.query(
                "\"id\"", msp: unit.msp, of: subject, bound: catalog.binds(target, unit.access),
                and: ({ "kernel.fold(" + choice.name + ") = kernel.fold(" + $0 + ")" }, .text(name)), order: " limit 2"))
        return rows.count == 1 ? try rows[0][0] : nil
    }
}
