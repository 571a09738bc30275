import Kernel
import KernelUI

/// « État des indemnités » (missions.md 12.1): period, rule and its decision, hours by kind and amount of each person, total.
enum IndemnityState {
    /// The copy that was sent is the paper from then on.
    static let paper = Paper(
        "state", title: "État des indemnités", path: "etat", permission: IndemnityPermissions.readLines,
        sealed: .on("send", into: "state_file_id", words: "État transmis") { values in
            values.text("status").map(left.contains) ?? false
        }, isListed: false, read: RunScreen.read,
        says: { make, view in
            let screen = try make(view.today)
            let papers = RunPapers(screen: screen, msp: view.access.msp)
            return PaperContent(
                subject: screen.number.map { "\(screen.name) – \($0)" } ?? screen.name,
                draft: left.contains(screen.status.rawValue) ? nil : "Campagne non transmise\u{00A0}: cet état peut encore changer.",
                foot: "état des indemnités \(papers.period)",
                file: "etat-indemnites-\(screen.number?.lowercased() ?? screen.to.description)",
                [
                    .facts([
                        ("Période", papers.period), ("Numéro", screen.number),
                        ("Règle", screen.result.rules.map { "\($0.name), version \($0.version)" }.joined(separator: "\u{202F}; ")),
                        ("Décision", screen.decisions.joined(separator: "\u{202F}; ")),
                        (
                            "Validée par",
                            screen.approvals.map { "\($0.label), le \(French.dateTime(papers.local($0.at)))" }
                                .joined(separator: "\u{202F}; ")
                        ), ("Date prévue des virements", screen.executionOn.map(French.longDate)),
                    ]), .section("Montants", [.table(table(screen))]),
                    .text(screen.result.explanation.map(French.typeset).joined(separator: "\n")),
                    .facts([("Empreinte du calcul", screen.result.fingerprint)]), .signatures(["La gérance", "Le cabinet comptable"]),
                ])
        })

    private static let left = [IndemnityRunStatus.sent, .paid, .closed].map(\.rawValue)

    private static func table(_ screen: RunScreen) -> PaperTable {
        let result = screen.result
        // A column of noughts says nothing: the caps stand there only when they cut something.
        let isCapped = result.grossCents != result.totalCents
        func cells(_ minutes: (IndemnityItem.Kind) -> Int, gross: Int, final: Int) -> [String] {
            [French.duration(minutes: minutes(.meeting)), French.duration(minutes: minutes(.credit))]
                + (isCapped ? [French.money(cents: gross), French.money(cents: final - gross)] : []) + [French.money(cents: final)]
        }
        return PaperTable(
            "Montants par personne",
            ["Nom", "Profession", .number("Réunions"), .number("Hors réunion")]
                + (isCapped ? [.number("Calculé"), .number("Plafonds")] : []) + [.number("À verser")],
            screen.lines.map { line in
                [screen.facts.name(line.person), screen.facts.profession(line.person) ?? ""]
                    + cells(line.minutes, gross: line.grossCents, final: line.finalCents)
            },
            totals: ["Total", ""]
                + cells(
                    { kind in result.lines.reduce(0) { $0 + $1.minutes(kind) } }, gross: result.grossCents, final: result.totalCents))
    }
}

/// « Relevé individuel » (missions.md 12.1): the person, each meeting and declared time with its minutes, the amount, and whom
/// to ask in case of an error.
enum IndemnityStatement {
    /// What one person gets, without anybody else.
    struct Statement: Sendable {
        let msp: MspHandle
        let person: String
        let profession: String
        let run: String
        let number: String?
        let period: String
        let rules: [IndemnityRule]
        let line: IndemnityLine
        let executionOn: CivilDate?
        /// False for a print of the day, which the kept one will follow.
        let isPaid: Bool
        /// Of the bank's file, once it is made.
        let transfer: BankFiles.Transfer?
        /// Account that is on record, without its middle.
        let account: String?
    }

    static func document(_ statement: Statement) -> PrintDocument {
        PrintDocument(content(statement), title: "Relevé d’indemnités", of: statement.msp)
    }

    private static func content(_ statement: Statement) -> PaperContent {
        let draft =
            statement.number == nil
            ? "Montants provisoires\u{00A0}: la campagne n’est pas transmise."
            : statement.isPaid ? nil : "Avant le paiement\u{00A0}: le relevé définitif est établi et conservé ce jour-là."
        return PaperContent(
            subject: "\(statement.person), \(statement.profession)", draft: draft, foot: "relevé individuel \(statement.period)",
            [
                .facts([
                    ("Campagne", [statement.run, statement.number].compactMap { $0 }.joined(separator: ", ")),
                    ("Période", statement.period), ("Règle", rules(statement)),
                    ("Date du virement", statement.executionOn.map(French.longDate)),
                    ("Compte", statement.transfer?.masked ?? statement.account),
                    ("Référence du virement", statement.transfer?.reference),
                ])
            ] + IndemnityItem.Kind.allCases.map { section($0, statement.line) } + [
                .section(
                    "Montant",
                    [
                        .list(statement.line.explanation.map(French.typeset)),
                        .facts([("À verser", French.money(cents: statement.line.finalCents))]),
                    ]), .text("Une erreur\u{202F}? Adressez-vous à la coordination de \(statement.msp.name)."),
            ])
    }

    private static func rules(_ statement: Statement) -> String {
        statement.rules.map { rule in
            let decision = rule.decision.map { " (\($0.kind.label) \($0.reference) du \(French.date($0.date)))" } ?? ""
            return "\(rule.name), version \(rule.version)\(decision)"
        }.joined(separator: "\u{202F}; ")
    }

    private static func section(_ kind: IndemnityItem.Kind, _ line: IndemnityLine) -> PaperPart {
        let rows = line.items.filter { $0.kind == kind }.map { item in
            [
                item.day.map(French.date) ?? "", item.title, item.minutes > 0 ? French.duration(minutes: item.minutes) : "", item.reasons,
            ]
        }
        let totals = kind == .meeting || kind == .credit ? ["Total", "", French.duration(minutes: line.minutes(kind)), ""] : nil
        return .section(
            kind.title, [.table(PaperTable(kind.title, ["Date", .name("Objet"), .number("Durée"), "Calcul"], rows, totals: totals))])
    }
}

extension IndemnityItem {
    /// The explanation without the title in front of it.
    fileprivate var reasons: String {
        let head = "\(title)\u{00A0}: "
        return explanation.hasPrefix(head) ? String(explanation.dropFirst(head.count)) : explanation
    }
}

extension IndemnityItem.Kind {
    /// « Réunions », as a title.
    fileprivate var title: String {
        switch self {
        case .meeting: "Réunions"
        case .credit: "Temps hors réunion"
        case .task: "Missions"
        case .surplus: "Part de l’excédent"
        case .adjustment: "Ajustements"
        }
    }
}
