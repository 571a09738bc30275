@_spi(Runtime) import Kernel

/// Whose rows are written, where the record has a row rule.
extension RecordStore {
    private static let nobody = Refusal.conflict("no_professional", "Votre compte n’est relié à aucune personne de l’équipe.")

    /// Field that names whose row it is, where the caller may name nobody else; nil elsewhere.
    private func ownField(_ access: Access) -> String? {
        guard let rule = record.reading, case .own(let name) = rule.kind, rule.bindsGiving(access) else { return nil }
        return name
    }

    /// The values of a new row: it is one's own where nobody was named.
    func keptByCaller(_ new: RecordValues, _ unit: WriteUnit) throws -> RecordValues {
        guard let name = ownField(unit.access), new[name].isNull else { return new }
        guard let own = unit.access.professional else { throw Self.nobody }
        var values = new
        values[name] = .id(own)
        return values
    }

    /// A row is given to nobody else by whoever may not.
    func checkGiven(_ new: RecordValues, old: RecordValues?, _ unit: WriteUnit) throws {
        guard let name = ownField(unit.access), new[name] != old?[name] else { return }
        guard let own = unit.access.professional, new.id(name) == own else { throw Refusal.invalid(name, ReferenceChoice.refusal) }
    }

    /// Whether a reference names the caller's own row: it may always be named.
    func isOwn(_ field: RecordField, _ id: Identifier, _ access: Access) -> Bool {
        id == access.professional && ownField(access) == field.name
    }

    /// Whoever creates a row that its members see is the first of them.
    func join(_ id: Identifier, _ unit: WriteUnit) async throws {
        guard let rule = record.reading, rule.binds(unit.access), let (lines, person) = record.memberLines,
            let list = plan.lines.first(where: { $0.lines.name == lines.name })
        else { return }
        guard let own = unit.access.professional else { throw Self.nobody }
        _ = try await LineStore(plan: plan, lines: list).add(
            RecordValues([person.name: .id(own)]), id: Identifier.make(at: unit.now), to: id, unit)
    }
}
