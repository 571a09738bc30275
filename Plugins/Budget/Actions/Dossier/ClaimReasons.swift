import Kernel
import Postgres

/// Reasons of claims above what the directory shows.
enum ClaimReasons {
    static func query(_ msp: Identifier, _ year: Identifier) -> Query {
        Query(
            "select fact, claimed, reason, declared_by from budget.claim_reason where msp_id = $1 and year_id = $2", .id(msp), .id(year))
    }

    static func read(_ rows: ResultSet) throws -> [Fact: (claimed: Int, text: String, by: String)] {
        var reasons: [Fact: (claimed: Int, text: String, by: String)] = [:]
        for row in rows {
            guard let fact = Fact.at(try row[0]) else { continue }
            reasons[fact] = (try row[1], try row[2], try row[3])
        }
        return reasons
    }

    /// Says why; for a claim that the exercise makes and the directory does not show.
    static func explain(_ fact: Fact, _ reason: String, year id: Identifier, _ years: AciYears, _ unit: WriteUnit) async throws {
        let year = try await DossierYear.locked(id, years, unit)
        guard let excess = year.excesses.first(where: { $0.fact == fact }) else {
            throw Refusal.conflict("not_above", "L’annuaire de l’équipe montre déjà ce qui est déclaré\u{A0}: rien n’est à expliquer.")
        }
        unit.enqueue(
            Query(
                """
                insert into budget.claim_reason as r (msp_id, year_id, fact, claimed, reason, declared_at, declared_by)
                values ($1, $2, $3, $4, $5, $6, $7)
                on conflict (msp_id, year_id, fact) do update set claimed = excluded.claimed, reason = excluded.reason,
                    declared_at = excluded.declared_at, declared_by = excluded.declared_by
                """, .id(unit.msp), .id(id), .text(fact.path), .int(excess.claimed), .text(reason), .instant(unit.now),
                .text(unit.access.displayName)))
        try await unit.follow(
            AciYearRecord.id, on: id, "claim_explained",
            noting: [
                ("fact", .string(fact.path)), ("claimed", .integer(excess.claimed)), ("shown", .integer(excess.shown)),
                ("reason", .string(reason)),
            ])
    }
}
