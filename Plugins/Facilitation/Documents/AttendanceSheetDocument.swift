import HTML
import Kernel
import KernelUI

/// « Feuille d’émargement » (missions.md 12.1): who, from when to when, signature, total, lock stamp with its digest.
enum AttendanceSheetDocument {
    static func make(_ dossier: MeetingDossier) -> PrintDocument {
        let head = dossier.head
        // Read inside the transaction that locks: the names are there before the state is.
        let isSealed = head.sheetLockedAt != nil && head.sheetState != "REOPENED"
        return PrintDocument(title: "Feuille d’émargement", mspName: dossier.msp.name, footer: "\(dossier.msp.name) – feuille d’émargement")
        { html in
            if !isSealed { html.p(.class("doc__draft"), text: "Feuille non verrouillée\u{A0}: elle n’a pas valeur de justificatif.") }
            html.documentHead(
                dossier, "Feuille d’émargement",
                facts: [
                    ("FINESS", dossier.finess), ("Type de réunion", dossier.type.label),
                    (head.actualStart == nil ? "Date et heures" : "Tenue", dossier.when), ("Annoncée", dossier.announced),
                    ("Lieu", dossier.place), ("Organisateur", head.organiser),
                    ("Saisie", head.isEnteredAfterwards ? "Après coup, d’après la feuille papier jointe" : nil),
                    ("Particularité confirmée", head.confirmReason),
                ])
            let listed = dossier.screen.people.filter { !isExcused($0) }
            people(dossier, "Équipe", listed.filter { !$0.isGuest }, isSealed: isSealed, html)
            people(dossier, "Personnes extérieures", listed.filter(\.isGuest), isSealed: isSealed, html)
            excused(dossier, html)
            total(dossier, html)
            stamp(dossier, isSealed: isSealed, html)
            signatures(html)
        }
    }

    /// SHA-256 of what the lines say, so that paper and file can be compared: one line per person, in the order shown.
    static func digest(_ people: [MeetingScreen.PersonLine]) -> String {
        let lines = people.map { line in
            [
                line.subject.description, line.state ?? "", line.arrivedAt?.iso8601 ?? "", line.leftAt?.iso8601 ?? "",
                line.minutes.map(String.init) ?? "", line.signature ?? "", line.signedAt?.iso8601 ?? "",
            ].joined(separator: "|")
        }
        return Digest.hex(Digest.sha256(Array(lines.joined(separator: "\n").utf8)))
    }

    private static func isExcused(_ line: MeetingScreen.PersonLine) -> Bool { line.state == "EXCUSED" || line.state == "REPRESENTED" }

    private static func people(
        _ dossier: MeetingDossier, _ title: String, _ lines: [MeetingScreen.PersonLine], isSealed: Bool, _ html: HTMLWriter
    ) {
        guard !lines.isEmpty else { return }
        // Who never said to leave stayed until the end: a locked sheet says so.
        let end = isSealed ? dossier.head.actualEnd : nil
        html.documentSection(title) {
            html.documentTable(
                title, ["Nom", "Profession ou fonction", "Arrivée", "Départ", "Durée", "Signature"], extra: "sheet", numbers: [2, 3, 4]
            ) {
                for line in lines {
                    html.tr {
                        html.th(.scope(.row), text: line.name)
                        html.td(text: line.function)
                        html.td(.class("num"), text: line.arrivedAt.map { French.clock(dossier.local($0)) } ?? "")
                        html.td(
                            .class("num"), text: (line.leftAt ?? (line.isPresent ? end : nil)).map { French.clock(dossier.local($0)) } ?? ""
                        )
                        html.td(.class("num"), text: line.minutes.map { French.duration(minutes: $0) } ?? "")
                        html.td(.class("signature"), text: signature(dossier, line))
                    }
                }
            }
        }
    }

    private static func signature(_ dossier: MeetingDossier, _ line: MeetingScreen.PersonLine) -> String {
        guard line.isPresent else { return line.state == "ABSENT" ? "Absent·e" : "" }
        guard let kind = line.signature, let at = line.signedAt else { return "" }
        return "\(Codes.signatureKind.label(kind)), \(French.dateTime(dossier.local(at)))"
    }

    private static func excused(_ dossier: MeetingDossier, _ html: HTMLWriter) {
        let lines = dossier.screen.people.filter(isExcused)
        guard !lines.isEmpty else { return }
        html.documentSection("Excusés et représentés") {
            html.ul {
                for line in lines {
                    let proxy = dossier.proxies[line.subject].map { ", représenté·e par \($0)" } ?? ""
                    html.li(text: "\(line.name), \(line.function)\(proxy)")
                }
            }
        }
    }

    private static func total(_ dossier: MeetingDossier, _ html: HTMLWriter) {
        let present = dossier.screen.present
        let minutes = present.reduce(0) { $0 + ($1.minutes ?? 0) }
        html.documentFacts([
            ("Présents", "\(present.count) sur \(French.plural(dossier.screen.invited.count, "invité", "invités"))"),
            ("Temps total de présence", French.duration(minutes: minutes)),
        ])
    }

    /// Where the coordination signs by hand, for who asks for a signed paper.
    private static func signatures(_ html: HTMLWriter) {
        html.div(.class("signatures")) {
            html.div(text: "Pour la coordination (nom, date, signature)")
            html.div(text: "Cachet de la structure")
        }
    }

    private static func stamp(_ dossier: MeetingDossier, isSealed: Bool, _ html: HTMLWriter) {
        guard isSealed, let at = dossier.head.sheetLockedAt else { return }
        html.div(.class("seal")) {
            html.span(.class("seal__state"), text: "Feuille verrouillée")
            html.span(
                .class("seal__date"),
                text: "Le \(French.dateTime(dossier.local(at))) par \(dossier.head.sheetLockedBy ?? "la coordination")")
            html.span(.class("seal__digest"), text: "Empreinte des lignes\u{00A0}: \(digest(dossier.screen.people))")
        }
    }
}
