import Kernel

/// What an act of the house makes of the ACI year, said after the act itself.
extension AciYears {
    /// Touched by whatever moves an exercise: `year`, null when it may be any of those open; `before`, where the act itself keeps the
    /// amount that follows from it.
    static let topic = "budget.aci_year.worth"
    private static let closed = "facilitation.meeting_closed"
    private static let reopened = "facilitation.sheet_reopened"

    var consequence: Consequence {
        Consequence(
            topics: [Self.topic, Self.closed, Self.reopened, "core.professional", "core.profile"], permission: AciPermissions.read
        ) { touched, unit in
            if let payload = touched[Self.closed] { return try await foretold(closing: payload, unit) }
            if let payload = touched[Self.reopened] { return try await foretold(reopening: payload, unit) }
            let named = touched[Self.topic]
            if let year = named?["year"]?.stringValue.flatMap({ Identifier($0) }) {
                return try await told(year, before: named?["before"]?.intValue, unit)
            }
            return try await toldOfAll(unit)
        }
    }

    /// An exercise as last kept.
    private struct Kept: Equatable {
        let exercise: Int
        var cents: Int?
        let present: Int
        let wanted: Int

        init(_ row: Row) throws {
            exercise = try row["exercise"]
            cents = try row["simulated_cents"]
            present = try row["present"]
            wanted = try row["wanted"]
        }
    }

    private static let worth: SQL = """
        select id, exercise, simulated_cents, coalesce(pieces_present, 0) as present, coalesce(pieces_wanted, 0) as wanted
        from budget.aci_year where msp_id = $1 and archived_at is null
        """

    /// The exercise that the act is about: said even when its amount stays.
    private func told(_ year: Identifier, before known: Int?, _ unit: WriteUnit) async throws -> String? {
        let query = Query(Self.worth + " and id = $2", .id(unit.msp), .id(year))
        guard var before = try await unit.one(query).first.map(Kept.init) else { return nil }
        before.cents = known ?? before.cents
        try await keep(year, unit)
        guard let after = try await unit.one(query).first.map(Kept.init), let worth = after.cents else { return nil }
        guard before.cents != nil else { return "L’année vaut \(French.money(cents: worth))." }
        return Self.sentence(before, after, isNamed: false) ?? Self.sentence(from: worth, to: worth, of: nil)
    }

    /// Whichever open exercises the act moved, each by its year.
    private func toldOfAll(_ unit: WriteUnit) async throws -> String? {
        let query = Query(Self.worth + " and state in ('OPEN', 'COLLECTING', 'READY') order by exercise", .id(unit.msp))
        let rows = try await unit.one(query)
        guard !rows.isEmpty else { return nil }
        for row in rows { try await keep(try row["id"] as Identifier, unit) }
        let kept = Dictionary(try rows.map { (try $0["id"] as Identifier, try Kept($0)) }, uniquingKeysWith: { first, _ in first })
        let said = try await unit.one(query).compactMap { row in
            try kept[try row["id"]].flatMap { Self.sentence($0, try Kept(row), isNamed: true) }
        }
        return said.isEmpty ? nil : said.joined(separator: " ")
    }

    // MARK: Meetings, whose event is heard after the commit

    private func foretold(closing payload: JSONValue, _ unit: WriteUnit) async throws -> String? {
        let closing = try MeetingEvents.closed.shape.read(payload)
        guard closing.type == "RCP" else { return nil }
        return try await foretold(closing.day.year, unit) { held in
            held.removeAll { $0.id == closing.meeting }
            held.append(
                ConcertationFact(
                    id: closing.meeting, day: closing.day, files: closing.cases, evidence: closing.evidence, cases: closing.situations))
        }
    }

    private func foretold(reopening payload: JSONValue, _ unit: WriteUnit) async throws -> String? {
        let meeting = try MeetingEvents.sheetReopened.shape.read(payload).meeting
        let known = try await unit.one(
            Query(
                """
                select day from budget.meeting where msp_id = $1 and id = $2 and meeting_type = 'RCP' and evidence_seq is not null
                """, .id(unit.msp), .id(meeting)))
        guard let day: CivilDate = try known.first?[0] else { return nil }
        return try await foretold(day.year, unit) { $0.removeAll { $0.id == meeting } }
    }

    private func foretold(_ exercise: Int, _ unit: WriteUnit, _ change: (inout [ConcertationFact]) -> Void) async throws -> String? {
        let results = try await unit.run(all: YearRecord.queries(unit.msp, .exercise(exercise)))
        guard var record = try YearRecord(results[...]), !record.isTransmitted else { return nil }
        let today = unit.access.local(unit.now).date
        let before = try outlook(record, day: today).today.amountCents
        change(&record.facts.concertations)
        return Self.sentence(from: before, to: try outlook(record, day: today).today.amountCents, of: nil)
    }

    // MARK: Words

    /// Nil when neither amount nor pieces moved.
    private static func sentence(_ before: Kept, _ after: Kept, isNamed: Bool) -> String? {
        var said: [String] = []
        let exercise = isNamed ? after.exercise : nil
        if let from = before.cents, let to = after.cents, from != to { said.append(sentence(from: from, to: to, of: exercise)) }
        if before.present != after.present || before.wanted != after.wanted {
            let of = exercise.map { " de \($0)" } ?? ""
            said.append("Justificatifs\(of)\u{A0}: \(after.present) sur \(after.wanted).")
        }
        return said.isEmpty ? nil : said.joined(separator: " ")
    }

    /// « + 984,90 € : l’année vaut 115 003,96 €. »
    static func sentence(from before: Int, to after: Int, of exercise: Int?) -> String {
        let whole = "l’année\(exercise.map { " \($0)" } ?? "") vaut \(French.money(cents: after))."
        guard before != after else { return "Rien ne change au montant\u{A0}: \(whole)" }
        return "\(after > before ? "+\u{A0}" : "")\(French.money(cents: after - before))\u{A0}: \(whole)"
    }
}
