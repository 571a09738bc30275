import Kernel
import KernelUI

/// « Dossier ACI » (missions.md 12.1): cover list by indicator, each with its commitment in figures, its comment and its numbered
/// exhibits. It says nothing of when and by whom it is sealed, so that the same pieces give the same bytes.
enum IndexPaper {
    static func document(_ year: DossierYear, plan: DossierPlan, msp: MspHandle) -> PrintDocument {
        PrintDocument(content(year, plan: plan, msp: msp), title: "Dossier ACI \(year.exercise)", of: msp)
    }

    /// Digest of all that it says, without printing it.
    static func digest(_ year: DossierYear, plan: DossierPlan, msp: MspHandle) -> String { content(year, plan: plan, msp: msp).digest }

    private static func content(_ year: DossierYear, plan: DossierPlan, msp: MspHandle) -> PaperContent {
        PaperContent(
            subject: "Pièces justificatives de l’accord conventionnel interprofessionnel, exercice \(year.exercise)",
            foot: "dossier ACI \(year.exercise)",
            [
                .facts(
                    [("Structure", [msp.name, msp.town].filter { !$0.isEmpty }.joined(separator: ", "))]
                        + year.contract.facts.map { ($0.label, $0.value ?? "non renseigné") } + [
                            ("Règles de calcul", year.standing.label), ("Indicateurs", "\(year.match.statuses.count)"),
                            ("Pièces", "\(plan.rows.count)"),
                            (
                                "Contrôle",
                                "Le fichier \(DossierPlan.manifestName) joint donne l’empreinte SHA-256 de chaque fichier, aussi écrite ci-dessous\u{A0}: si un seul octet changeait, l’empreinte ne serait plus la même."
                            ),
                        ]), .list(year.warnings), .section("Liste des indicateurs", [.table(indicators(year, plan))]),
            ] + year.match.statuses.map { section($0, year, plan) })
    }

    private static func indicators(_ year: DossierYear, _ plan: DossierPlan) -> PaperTable {
        let rows = year.match.statuses.map { status in
            let line = year.lines.first { $0.indicator == status.indicator }
            return [
                status.indicator.rawValue, year.names[status.indicator] ?? status.indicator.shortName,
                line.map { French.number($0.points) } ?? "", line.map { French.money(cents: $0.amountCents) } ?? "",
                "\(plan.rows.count { $0.indicator == status.indicator.rawValue })",
            ]
        }
        return PaperTable(
            "Liste des indicateurs", ["Indicateur", "Intitulé", .number("Points"), .number("Montant simulé"), .number("Pièces")], rows,
            totals: [
                "Exercice", "Montant simulé, majoration et plafonds compris", French.number(year.simulatedPoints),
                French.money(cents: year.simulatedCents), "\(plan.rows.count)",
            ])
    }

    private static func section(_ status: RequirementMatch.Status, _ year: DossierYear, _ plan: DossierPlan) -> PaperPart {
        let code = status.indicator.rawValue
        let rows = plan.rows.filter { $0.indicator == code }
        var parts: [PaperPart] = []
        if let line = year.lines.first(where: { $0.indicator == status.indicator }) {
            parts.append(
                .facts(
                    [("Points et montant simulés", "\(French.points(line.points)), \(French.money(cents: line.amountCents))")]
                        + line.values.map { ($0.label.firstCapital, $0.value) }))
        }
        parts += year.excesses.filter { $0.indicator == status.indicator }.map { .text($0.explained) }
        parts.append(.text(year.comments[status.indicator]))
        if status.indicator == .concertation { parts.append(.table(YearPaper.concertations(year, isTotalled: true))) }
        if rows.isEmpty {
            parts.append(.text(status.meetings?.warning.map { "\($0)." } ?? "Aucune pièce n’est demandée."))
        } else {
            parts.append(
                .table(
                    PaperTable(
                        "Pièces de \(code)",
                        [.number("N°"), .name("Pièce"), "Ce qu’elle justifie", .digest("Fichier et empreinte"), .number("Taille")],
                        rows.map { ["\($0.number)", $0.title, $0.purpose, "\($0.path.text)\n\($0.sha256)", French.fileSize($0.size)] })))
        }
        return .section("\(code) – \(year.names[status.indicator] ?? status.indicator.shortName)", parts)
    }
}
