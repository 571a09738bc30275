import Kernel

/// How many people approve a payment: `/budget/regles-validation`, `/budget/approval-rules`. Two, unless the statutes of a structure
/// whose gérance is one person say otherwise; each rule counts from its day on and none is ever changed.
enum ApprovalRule {
    static let record = RecordType(
        id: "budget.approval_rule", table: "budget.approval_rule",
        words: RecordWords(
            "règle de validation", "règles de validation", isFeminine: true,
            purpose:
                "Deux personnes de la gérance valident chaque campagne. Une structure dont les statuts confient la gérance à une seule personne l’inscrit ici, à partir d’un jour."
        ),
        path: "regles-validation", apiPath: "approval-rules",
        fields: [
            RecordField("title", .text(max: 120), label: "Règle", readOnly: true),
            RecordField(
                "valid_from", .date, label: "À partir du",
                help: "La règle du jour de la validation compte\u{00A0}: elle ne change rien à ce qui est déjà validé.", required: true,
                fixed: true),
            RecordField(
                "approvals", .integer(1...2), label: "Validations demandées",
                help: "1 seulement si une seule personne a la gérance.", required: true, fixed: true),
            RecordField(
                "reference", .text(max: 160), label: "Article des statuts ou décision", required: true, fixed: true),
        ], titleField: "title", columns: ["title", "valid_from", "approvals", "reference"], search: ["title", "reference"],
        order: RecordOrder("valid_from", descending: true),
        permissions: RecordPermissions(
            read: IndemnityPermissions.readRuns, create: IndemnityPermissions.voteRules, update: nil, archive: nil),
        prepare: prepare)

    private static func prepare(_ new: RecordValues, _ old: RecordValues?, _ id: Identifier, _ unit: WriteUnit) async throws -> RecordValues
    {
        guard old == nil, let day = new.date("valid_from"), let count = new.int("approvals") else { return new }
        var values = new
        values["title"] = .text("\(French.plural(count, "validation", "validations")) à partir du \(French.date(day))")
        try await ManagerMails.tell(
            "budget.approval_rule.\(id)", "Validation des versements",
            "À partir du \(French.date(day)), \(count == 1 ? "une seule validation suffit" : "deux validations sont demandées") pour verser les indemnités. C’est \(unit.access.displayName) qui l’a inscrit.",
            path: "budget/regles-validation/\(id)", unit)
        return values
    }

    /// Every rule, the one that counts last first; `needed` reads the answer.
    static func query(_ msp: Identifier) -> Query {
        Query(
            """
            select valid_from, approvals from budget.approval_rule where msp_id = $1 and archived_at is null
            order by valid_from desc, created_at desc, id desc
            """, .id(msp))
    }

    /// Approvals that the rule of a day asks.
    static func needed(_ rows: ResultSet, on day: CivilDate) throws -> Int {
        for row in rows where try (row[0] as CivilDate) <= day { return try row[1] }
        return IndemnityRunState.usualApprovals
    }
}
