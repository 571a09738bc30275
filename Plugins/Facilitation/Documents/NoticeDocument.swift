import HTML
import Kernel
import KernelUI

/// Notices (missions.md 12.1): « Convocation (réunion) » and « Convocation RCP ». The answer buttons are in the mail; the paper says so.
enum NoticeDocument {
    /// The notice of a meeting; for an RCP with the table of situations.
    static func make(_ dossier: MeetingDossier) -> PrintDocument {
        let isRcp = dossier.type == .rcp || !dossier.screen.cases.isEmpty
        return PrintDocument(
            title: isRcp ? "Convocation à une réunion de concertation" : "Convocation", mspName: dossier.msp.name,
            footer: "\(dossier.msp.name) – convocation"
        ) { html in
            html.documentHead(
                dossier, isRcp ? "Convocation à une réunion de concertation" : "Convocation",
                facts: [
                    ("Type de réunion", dossier.type.label), ("Date", dossier.when), ("Lieu", dossier.place),
                    ("Lien visio", dossier.head.convenedAt == nil ? nil : dossier.head.videoURL), ("Organisateur", dossier.head.organiser),
                    ("Animateur", dossier.chair), ("Secrétaire", dossier.secretary), ("Maître du temps", dossier.timekeeper),
                    ("Délai de convocation", dossier.waiver),
                ])
            html.documentAgenda(dossier)
            if isRcp { cases(dossier, html) }
            html.documentSection("Personnes convoquées") {
                html.ul { for line in dossier.screen.invited { html.li(text: "\(line.name), \(line.function)") } }
            }
            html.documentSection("Réponse") {
                html.p(
                    text:
                        "Merci de répondre par les boutons «\u{A0}Oui\u{A0}», «\u{A0}Non\u{A0}» ou «\u{A0}Peut-être\u{A0}» du message reçu."
                )
                if isMealTime(dossier) { html.p(text: "La réunion se tient sur le temps du repas\u{A0}: vous pouvez apporter le vôtre.") }
            }
        }
    }

    /// Time, number, agreement, theme, requester; initials only with an agreement.
    private static func cases(_ dossier: MeetingDossier, _ html: HTMLWriter) {
        html.documentSection("Situations") {
            html.documentTable("Situations", ["Heure", "Situation", "Accord", "Thème", "Demandeur"]) {
                for line in dossier.screen.cases {
                    html.tr {
                        html.td(.class("num"), text: line.slotStart.map { French.clock(dossier.local($0)) } ?? "")
                        html.th(.scope(.row), text: line.shownName)
                        html.td(text: Consent(rawValue: line.consent)?.label ?? line.consent)
                        html.td(text: Codes.rcpTheme.label(line.theme))
                        html.td(text: line.requester)
                    }
                }
            }
            html.p(text: "Rappel\u{A0}: une situation dont l’accord n’est pas recueilli se présente de façon anonyme.")
        }
    }

    /// Between noon and 14:30 people eat while they talk (missions.md 4.1).
    static func isMealTime(_ dossier: MeetingDossier) -> Bool {
        guard let start = dossier.head.startsAt else { return false }
        let local = dossier.local(start)
        let minute = local.hour * 60 + local.minute
        return (11 * 60 + 45...14 * 60).contains(minute)
    }
}

extension MeetingScreen.CaseLine {
    /// The number, with the initials when the person agreed.
    var shownName: String {
        guard consent == Consent.yes.rawValue, let initials else { return "\(code) (anonyme)" }
        return "\(code) (\(initials))"
    }
}
