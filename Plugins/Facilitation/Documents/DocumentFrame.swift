import HTML
import Kernel
import KernelUI

/// The frame that all documents of the module share: structure, title, facts, foot. Styles: `print.css`.
extension HTMLWriter {
    /// Structure, title and facts in front of a document.
    func documentHead(_ dossier: MeetingDossier, _ title: String, facts: [(String, String?)]) {
        documentHead(structure: dossier.msp.name, title: title, subject: dossier.head.title)
        documentFacts(facts)
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
        isGuest ? [profession, organisation ?? ""].filter { !$0.isEmpty }.joined(separator: ", ") : CodeList.profession(of: profession)
    }
}
