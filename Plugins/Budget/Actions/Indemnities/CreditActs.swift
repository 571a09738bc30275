import Kernel

/// Time outside meetings: declared by whoever spent it, checked by the coordination, approved by a manager.
enum CreditActs {
    static func faults(_ day: CivilDate, today: CivilDate) -> [FieldFault] {
        if day > today { return [FieldFault("day", "Ce jour n’est pas encore passé\u{00A0}: déclarez le temps une fois fait.")] }
        if day < today.adding(days: -800) {
            return [FieldFault("day", "Ce jour est trop ancien\u{00A0}: adressez-vous à la coordination.")]
        }
        return []
    }

    /// Check and approval are two people's.
    static func requireOtherThanChecker(_ id: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query("select checked_by from budget.work_credit where msp_id = $1 and id = $2", .id(unit.msp), .id(id)))
        let checker: Identifier? = try rows.first?["checked_by"]
        if checker != nil, checker == unit.access.account {
            throw Refusal.conflict("own_check", "Vous avez contrôlé ce temps\u{00A0}: une autre personne doit le valider.")
        }
    }
}
