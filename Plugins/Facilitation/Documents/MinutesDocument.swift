import HTML
import Kernel
import KernelUI

/// « Compte-rendu » (missions.md 12.1): present and excused, agenda, points and decisions of each item, next date, who receives it.
enum MinutesDocument {
    static func make(_ dossier: MeetingDossier) -> PrintDocument {
        PrintDocument(title: "Compte-rendu", mspName: dossier.msp.name, footer: "\(dossier.msp.name) – compte-rendu") { html in
            html.documentHead(
                dossier, "Compte-rendu",
                facts: [
                    ("Type de réunion", dossier.type.label), ("Date et heures", dossier.when), ("Lieu", dossier.place),
                    ("Organisateur", dossier.head.organiser), ("Animateur", dossier.chair), ("Secrétaire", dossier.secretary),
                    ("Maître du temps", dossier.timekeeper), ("Saisie", dossier.head.isEnteredAfterwards ? "Après coup" : nil),
                    ("Délai de convocation", dossier.waiver),
                ])
            people(dossier, html)
            html.documentAgenda(dossier)
            for item in dossier.screen.accepted { self.item(dossier, item, html) }
            free(dossier, html)
            closing(dossier, html)
        }
    }

    private static func people(_ dossier: MeetingDossier, _ html: HTMLWriter) {
        html.documentSection("Présences") {
            html.documentFacts([
                ("Présents", names(dossier.screen.present)),
                ("Excusés", names(dossier.screen.people.filter { $0.state == "EXCUSED" })),
                (
                    "Représentés",
                    dossier.screen.people.filter { $0.state == "REPRESENTED" }
                        .map { line in line.name + (dossier.proxies[line.subject].map { " (par \($0))" } ?? "") }.joined(separator: ", ")
                ),
                ("Absents", names(dossier.screen.people.filter { $0.state == "ABSENT" })),
            ])
        }
    }

    private static func names(_ lines: [MeetingScreen.PersonLine]) -> String {
        lines.map { "\($0.name) (\($0.function))" }.joined(separator: ", ")
    }

    private static func item(_ dossier: MeetingDossier, _ item: MeetingScreen.AgendaLine, _ html: HTMLWriter) {
        let notes = dossier.screen.notes.filter { $0.item == item.id && $0.kind == "NOTE" }
        let decisions = dossier.screen.decisions.filter { $0.item == item.id }
        guard !notes.isEmpty || !decisions.isEmpty else { return }
        html.documentSection(item.title) {
            for note in notes { html.p(text: note.text) }
            self.decisions(decisions, html)
        }
    }

    private static func decisions(_ lines: [MeetingScreen.DecisionLine], _ html: HTMLWriter) {
        for line in lines {
            html.div(.class("decision")) {
                html.span(.class("decision__label"), text: "\(Codes.decisionKind.label(line.kind))\u{00A0}: ")
                html.text(line.text)
                if let who = DecisionListDocument.who(line) { html.text(" – \(who)") }
            }
        }
    }

    /// What belongs to no item.
    private static func free(_ dossier: MeetingDossier, _ html: HTMLWriter) {
        let listed = Set(dossier.screen.accepted.map(\.id))
        let notes = dossier.screen.notes.filter { ($0.item.map { !listed.contains($0) } ?? true) && $0.kind == "NOTE" }
        let decisions = dossier.screen.decisions.filter { $0.item.map { !listed.contains($0) } ?? true }
        guard !notes.isEmpty || !decisions.isEmpty || !dossier.head.minutesBody.isEmpty else { return }
        html.documentSection("Autres points") {
            for paragraph in dossier.head.minutesBody.split(separator: "\n", omittingEmptySubsequences: true) {
                html.p(text: String(paragraph))
            }
            for note in notes { html.p(text: note.text) }
            self.decisions(decisions, html)
        }
    }

    private static func closing(_ dossier: MeetingDossier, _ html: HTMLWriter) {
        html.documentSection("Suite") {
            html.documentFacts([
                ("Prochaine réunion", dossier.head.nextMeetingOn.map { French.longDate($0) } ?? "À fixer"),
                ("Diffusion", dossier.screen.invited.map(\.name).joined(separator: ", ")),
            ])
        }
    }
}

/// « Relevé de décisions » (missions.md 12.1): what, who, when, state; one line each.
enum DecisionListDocument {
    static func make(_ dossier: MeetingDossier) -> PrintDocument {
        PrintDocument(title: "Relevé de décisions", mspName: dossier.msp.name, footer: "\(dossier.msp.name) – relevé de décisions") {
            html in
            html.documentHead(dossier, "Relevé de décisions", facts: [("Date", dossier.when), ("Lieu", dossier.place)])
            if dossier.screen.decisions.isEmpty {
                html.p(text: "Aucune décision n’a été enregistrée.")
            } else {
                html.documentTable("Décisions", ["Décision", "Nature", "Responsable", "Pour le", "Suivi"]) {
                    for line in dossier.screen.decisions {
                        html.tr {
                            html.th(.scope(.row), text: line.text)
                            html.td(text: Codes.decisionKind.label(line.kind))
                            html.td(text: line.owner ?? "")
                            html.td(.class("num"), text: line.dueOn.map { French.date($0) } ?? "")
                            html.td(text: line.kind == "ACTION" ? Codes.followUp.label(line.followUp) : "")
                        }
                    }
                }
            }
        }
    }

    /// « Claire Morvan, pour le 12/03/2026 »; nil when nobody owns it.
    static func who(_ line: MeetingScreen.DecisionLine) -> String? {
        guard let owner = line.owner else { return nil }
        return line.dueOn.map { "\(owner), pour le \(French.date($0))" } ?? owner
    }
}
