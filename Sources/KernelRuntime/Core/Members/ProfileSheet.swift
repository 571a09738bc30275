@_spi(Runtime) internal import Kernel

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
        let (new, year) = dated(change(old.values), old.values, today: unit.access.local(unit.now).date)
        let changes = ProfileFields.all.filter { old.values[$0.name] != new[$0.name] }
        guard !changes.isEmpty else { return old }
        let faults = changes.compactMap { field in FieldRules.fault(new[field.name], field).map { FieldFault(field.name, $0) } }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        try await unit.one(
            Query(
                ProfileFields.update,
                parameters: [.id(unit.msp), .id(unit.access.account), .int(old.revision)]
                    + ProfileFields.all.map { new[$0.name].parameter }))
        if let year {
            guard (2000...2200).contains(year) else {
                throw Refusal.invalid("figures_as_of", "Indiquez un jour entre 2000 et 2200.")
            }
            try await unit.one(
                Query(
                    ProfileFields.keepFigures,
                    parameters: [.id(unit.msp), .int(year), .id(unit.access.account)]
                        + (ProfileFields.yearly + ["figures_source", "figures_as_of"]).map { new[$0].parameter }))
        }
        let detail = changes.map { ($0.name, JSONValue.array([old.values[$0.name].json, new[$0.name].json])) }
        unit.audit("core.profile.update", type: "core.profile", id: unit.msp, detail: .object([("changes", .object(detail))]))
        guard let after = try await unit.one(query(unit.msp)).first else { throw Refusal.notFound }
        return try Version(after)
    }

    /// Figures that change describe the day said with them, else today: never again the day of the figures before.
    /// - Returns: the values, and the year whose figures they are; nil when no figure changed.
    static func dated(_ new: RecordValues, _ old: RecordValues, today: CivilDate) -> (values: RecordValues, year: Int?) {
        let isNew = ProfileFields.yearly.contains { new[$0] != old[$0] }
        guard isNew || new["figures_as_of"] != old["figures_as_of"] || new["figures_source"] != old["figures_source"] else {
            return (new, nil)
        }
        var values = new
        let said = new.date("figures_as_of")
        if said == nil || isNew && said == old.date("figures_as_of") { values["figures_as_of"] = .date(today) }
        return (values, (values.date("figures_as_of") ?? today).year)
    }
}
