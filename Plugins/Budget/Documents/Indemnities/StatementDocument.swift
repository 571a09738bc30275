import HTML
import Kernel
import KernelUI

/// « Relevé individuel » (missions.md 12.1): the person, each meeting and declared time with its minutes, the amount, and whom
/// to ask in case of an error.
enum StatementDocument {
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

    static func make(_ statement: Statement) -> PrintDocument {
        PrintDocument(
            title: "Relevé d’indemnités", mspName: statement.msp.name,
            footer: "\(statement.msp.name) – relevé individuel \(statement.period)"
        ) { html in
            if statement.number == nil {
                html.p(.class("doc__draft"), text: "Montants provisoires\u{00A0}: la campagne n’est pas transmise.")
            } else if !statement.isPaid {
                html.p(.class("doc__draft"), text: "Avant le paiement\u{00A0}: le relevé définitif est établi et conservé ce jour-là.")
            }
            html.documentHead(
                structure: statement.msp.name, title: "Relevé d’indemnités", subject: "\(statement.person), \(statement.profession)")
            html.documentFacts([
                ("Campagne", [statement.run, statement.number].compactMap { $0 }.joined(separator: ", ")), ("Période", statement.period),
                ("Règle", rules(statement)), ("Date du virement", statement.executionOn.map(French.longDate)),
                ("Compte", statement.transfer?.masked ?? statement.account), ("Référence du virement", statement.transfer?.reference),
            ])
            for kind in IndemnityItem.Kind.allCases { section(kind, statement.line, html) }
            html.documentSection("Montant") {
                html.ul { for sentence in statement.line.explanation { html.li(text: French.typeset(sentence)) } }
                html.documentFacts([("À verser", French.money(cents: statement.line.finalCents))])
            }
            html.p(text: "Une erreur\u{202F}? Adressez-vous à la coordination de \(statement.msp.name).")
        }
    }

    private static func rules(_ statement: Statement) -> String {
        statement.rules.map { rule in
            let decision = rule.decision.map { " (\($0.kind.label) \($0.reference) du \(French.date($0.date)))" } ?? ""
            return "\(rule.name), version \(rule.version)\(decision)"
        }.joined(separator: "\u{202F}; ")
    }

    private static func section(_ kind: IndemnityItem.Kind, _ line: IndemnityLine, _ html: HTMLWriter) {
        let items = line.items.filter { $0.kind == kind }
        guard !items.isEmpty else { return }
        html.documentSection(kind.title) {
            html.documentTable(
                kind.title, ["Date", "Objet", "Durée", "Calcul"], numbers: [2],
                totals: kind == .meeting || kind == .credit ? ["Total", "", French.duration(minutes: line.minutes(kind)), ""] : nil
            ) {
                for item in items {
                    html.tr {
                        html.td(text: item.day.map(French.date) ?? "")
                        html.th(.scope(.row), text: item.title)
                        html.td(.class("num"), text: item.minutes > 0 ? French.duration(minutes: item.minutes) : "")
                        html.td(text: item.reasons)
                    }
                }
            }
        }
    }
}

extension IndemnityItem {
    /// The explanation without the title in front of it.
    var reasons: String {
        let head = "\(title)\u{00A0}: "
        return explanation.hasPrefix(head) ? String(explanation.dropFirst(head.count)) : explanation
    }
}

extension IndemnityItem.Kind {
    /// « Réunions », as a title.
    var title: String {
        switch self {
        case .meeting: "Réunions"
        case .credit: "Temps hors réunion"
        case .task: "Missions"
        case .surplus: "Part de l’excédent"
        case .adjustment: "Ajustements"
        }
    }
}
