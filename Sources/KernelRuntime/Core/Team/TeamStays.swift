internal import Kernel

/// Keeps the stays of the team in step with the sheets of its people.
enum TeamStays {
    /// The sheet of a person whose values change: its lines are written again, and what the sheet then says comes back.
    static func prepare(_ new: RecordValues, _ old: RecordValues?, _ person: Identifier, _ unit: WriteUnit) async throws -> RecordValues {
        guard let sheet = new.sheet else { return new }
        guard let before = old?.sheet else { return new.with(TeamHistory.first(person, sheet).sheet) }
        guard before != sheet else { return new }
        return new.with(try await change(person, from: before, to: sheet, unit))
    }

    /// The first line of somebody just entered.
    static func settle(_ person: Identifier, _ unit: WriteUnit) async throws {
        unit.enqueue(opening(unit.msp, of: person))
    }

    /// Lines for whoever has none yet: of one person, or of the whole team.
    static func opening(_ msp: Identifier, of person: Identifier? = nil) -> Query {
        let text: SQL = """
            insert into kernel.team_stay (msp_id, professional_id, from_on, to_on, profession, is_associate, indemnifiable)
            select p.msp_id, p.id, p.joined_on, p.left_on, p.profession, p.is_associate, p.indemnifiable from kernel.professional p
            where p.msp_id = $1 and not exists (
                select from kernel.team_stay s where s.msp_id = $1 and s.professional_id = p.id)
            """
        guard let person else { return Query(text, .id(msp)) }
        return Query(text + " and p.id = $2", .id(msp), .id(person))
    }

    static func change(
        _ person: Identifier, from old: TeamHistory.Sheet, to new: TeamHistory.Sheet, isCorrection: Bool = false, _ unit: WriteUnit
    ) async throws -> TeamHistory.Sheet {
        let rows = try await unit.one(lines(unit.msp, person))
        let change = try TeamHistory.changed(
            person, try rows.map(TeamStay.init), from: old, to: new, today: unit.access.local(unit.now).date, isCorrection: isCorrection)
        unit.enqueue(Query("delete from kernel.team_stay where msp_id = $1 and professional_id = $2", .id(unit.msp), .id(person)))
        var previous: CivilDate?
        for line in change.lines {
            unit.enqueue(
                Query(
                    """
                    insert into kernel.team_stay (msp_id, professional_id, from_on, to_on, previous_to, profession, is_associate,
                        indemnifiable)
                    values ($1, $2, $3, $4, $5, $6, $7, $8)
                    """, .id(unit.msp), .id(person), .date(line.fromOn), .date(line.toOn), .date(previous), .text(line.profession),
                    .bool(line.isAssociate), .bool(line.isIndemnifiable)))
            previous = line.toOn
        }
        return change.sheet
    }

    /// The lines of one person, as `TeamStay` reads them.
    static func lines(_ msp: Identifier, _ person: Identifier) -> Query {
        Query(
            """
            select professional_id, from_on, to_on, profession, is_associate, indemnifiable, false from kernel.team_stay
            where msp_id = $1 and professional_id = $2 order by from_on
            """, .id(msp), .id(person))
    }

    // MARK: Acts

    static let acts: [RecordAction] = [leave, comeBack, correct]

    private static let leave = act(
        "leave", "Noter un départ", path: "depart", api: "leave",
        fields: [RecordField("left_on", .date, label: "Dernier jour", required: true)]
    ) { sheet, values throws(Refusal) in
        if let left = sheet.leftOn { throw Refusal.conflict("has_left", "La personne est déjà sortie le \(French.date(left)).") }
        sheet.leftOn = values.date("left_on")
        return "Le départ est noté."
    }

    private static let comeBack = act(
        "return", "Noter un retour", path: "retour", api: "return",
        fields: [RecordField("joined_on", .date, label: "Premier jour", required: true)]
    ) { sheet, values throws(Refusal) in
        guard let left = sheet.leftOn else { throw Refusal.conflict("not_left", "Notez d’abord le départ de cette personne.") }
        guard let day = values.date("joined_on"), day > left else {
            throw Refusal.invalid("joined_on", "Indiquez un jour après le \(French.date(left)).")
        }
        (sheet.joinedOn, sheet.leftOn) = (day, nil)
        return "Le retour est noté\u{A0}: le passage précédent reste."
    }

    /// Takes days away from the past or gives them back; the reason stays in the history.
    private static let correct = act(
        "correct_stay", "Corriger le passage", path: "corriger-passage", api: "correct-stay",
        fields: [
            RecordField("joined_on", .date, label: "Entrée", required: true),
            RecordField("left_on", .date, label: "Sortie", help: "Laissez vide tant que la personne est dans l’équipe."),
            RecordField("reason", .text(max: 500), label: "Raison", required: true),
        ], isCorrection: true
    ) { sheet, values throws(Refusal) in
        guard let joined = values.date("joined_on") else { throw Refusal.invalid("joined_on", "Indiquez l’entrée.") }
        if let left = values.date("left_on"), left < joined {
            throw Refusal.invalid("left_on", "Indiquez une sortie le \(French.date(joined)) ou plus tard.")
        }
        if let old = sheet.leftOn, joined > old { throw Refusal.conflict("is_return", "C’est un nouveau passage\u{A0}: notez un retour.") }
        (sheet.joinedOn, sheet.leftOn) = (joined, values.date("left_on"))
        return "Le passage est corrigé."
    }

    private static func act(
        _ id: String, _ label: String, path: String, api: String, fields: [RecordField], isCorrection: Bool = false,
        _ move: @escaping @Sendable (inout TeamHistory.Sheet, RecordValues) throws(Refusal) -> String
    ) -> RecordAction {
        RecordAction(
            id, label: label, path: path, apiPath: api, permission: CorePermissions.writeProfessionals, fields: fields
        ) { input, unit in
            guard let old = input.record.sheet else { throw Refusal.notFound }
            var new = old
            let done = try move(&new, input.values)
            if let left = new.leftOn, left < new.joinedOn {
                throw Refusal.invalid("left_on", "Indiquez une sortie le \(French.date(new.joinedOn)) ou plus tard.")
            }
            let sheet = try await change(input.id, from: old, to: new, isCorrection: isCorrection, unit)
            try await unit.one(
                Query(
                    "update kernel.professional set joined_on = $3, left_on = $4, holds_from = $5 where msp_id = $1 and id = $2",
                    .id(unit.msp), .id(input.id), .date(sheet.joinedOn), .date(sheet.leftOn), .date(sheet.holdsFrom)))
            return ActionOutcome(done)
        }
    }
}

extension RecordValues {
    /// What the values of a professional say of the stay; nil without an entry.
    fileprivate var sheet: TeamHistory.Sheet? {
        guard let joined = date("joined_on"), let profession = text("profession") else { return nil }
        return TeamHistory.Sheet(
            joinedOn: joined, leftOn: date("left_on"), profession: profession, isAssociate: bool("is_associate") ?? false,
            isIndemnifiable: bool("indemnifiable") ?? false, holdsFrom: date("holds_from"))
    }

    fileprivate func with(_ sheet: TeamHistory.Sheet) -> RecordValues {
        var values = self
        values["holds_from"] = sheet.holdsFrom.map { .date($0) } ?? .null
        return values
    }
}
