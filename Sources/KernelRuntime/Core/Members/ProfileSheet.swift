internal import Kernel

/// The sheet of the MSP as pages and programs read and change it.
enum ProfileSheet {
    /// A version of the sheet.
    struct Version: Sendable {
        let revision: Int
        let values: RecordValues

        init(_ row: Row) throws {
            revision = try row[0]
            values = try ProfileFields.values(row)
        }
    }

    /// Thrown when the caller knew an older revision.
    struct Outdated: Error {}

    static func query(_ msp: Identifier) -> Query { Query(ProfileFields.query, .id(msp)) }

    /// Changes the sheet, with the rules of every field. Traced with what changed.
    /// - Parameter isExpected: whether the caller made the change from that revision.
    static func change(
        _ unit: WriteUnit, isExpected: (Int) -> Bool, _ change: (RecordValues) -> RecordValues
    ) async throws -> Version {
        guard let row = try await unit.one(Query(ProfileFields.query + " for update", .id(unit.msp))).first else { throw Refusal.notFound }
        let old = try Version(row)
        guard isExpected(old.revision) else { throw Outdated() }
        let new = change(old.values)
        let changes = ProfileFields.all.filter { old.values[$0.name] != new[$0.name] }
        guard !changes.isEmpty else { return old }
        let faults = changes.compactMap { field in FieldRules.fault(new[field.name], field).map { FieldFault(field.name, $0) } }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        try await unit.one(
            Query(
                ProfileFields.update,
                parameters: [.id(unit.msp), .id(unit.access.account), .int(old.revision)]
                    + ProfileFields.all.map { new[$0.name].parameter }))
        let detail = changes.map { ($0.name, JSONValue.array([old.values[$0.name].json, new[$0.name].json])) }
        unit.audit("core.profile.update", type: "core.profile", id: unit.msp, detail: .object([("changes", .object(detail))]))
        guard let after = try await unit.one(query(unit.msp)).first else { throw Refusal.notFound }
        return try Version(after)
    }
}
