import HTML
import Kernel

/// The frame that all documents of the module share: structure, title, facts, foot. Styles: `print.css`.
extension HTMLWriter {
    /// Structure, title and facts in front of a document.
    func documentHead(_ dossier: MeetingDossier, _ title: String, facts: [(String, String?)]) {
        header(.class("doc__head")) {
            p(.class("doc__structure"), text: dossier.msp.name)
            h1(.class("doc__title"), text: title)
            p(.class("doc__facts"), text: dossier.head.title)
        }
        documentFacts(facts)
    }

    /// Label and value, one per line; those without a value are left out.
    func documentFacts(_ facts: [(String, String?)]) {
        dl(.class("dl")) {
            for (label, value) in facts {
                guard let value, !value.isEmpty else { continue }
                div {
                    dt(text: label)
                    dd(text: value)
                }
            }
        }
    }

    /// A section with its title.
    func documentSection(_ title: String, _ content: () -> Void) {
        section(.class("doc__section")) {
            h2(text: title)
            content()
        }
    }

    /// A table with its caption and header row.
    func documentTable(_ caption: String, _ columns: [String], extra: String = "", _ rows: () -> Void) {
        div(.class("table-wrap")) {
            table(.class("table", extra)) {
                self.caption(.class("vh"), text: caption)
                thead { tr { for column in columns { th(.scope(.col), text: column) } } }
                tbody(content: rows)
            }
        }
    }

    /// The agenda, the same in the notice and in the minutes.
    func documentAgenda(_ dossier: MeetingDossier) {
        documentSection("Ordre du jour") {
            documentTable("Ordre du jour", ["", "Point", "Nature", "Présenté par", "Durée"]) {
                for (index, item) in dossier.screen.accepted.enumerated() {
                    tr {
                        td(.class("num"), text: "\(index + 1)")
                        th(.scope(.row), text: item.title)
                        td(text: Codes.agendaKind.label(item.kind))
                        td(text: item.presenter ?? "")
                        td(.class("num"), text: item.plannedMinutes.map { French.duration(minutes: $0) } ?? "")
                    }
                }
            }
        }
    }
}

extension MeetingScreen.PersonLine {
    /// « Infirmier·ère », or the job and organisation of somebody from outside.
    var function: String {
        isGuest ? [profession, organisation ?? ""].filter { !$0.isEmpty }.joined(separator: ", ") : CodeList.profession.label(profession)
    }
}
