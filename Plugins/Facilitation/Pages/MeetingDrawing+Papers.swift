import HTML
import Kernel
import KernelUI

/// Situations on the programme, documents, and the seal put on them at the end.
extension MeetingDrawing {
    /// Codes and themes only: no identity stands on this page (missions.md 2.4).
    func cases() {
        html.section(.class("card"), .id("situations"), .aria(.labelledby, "titre-situations")) {
            html.h2(.class("card__title"), .id("titre-situations")) {
                html.text("Situations")
                html.span(.class("count"), text: "\(screen.cases.count)")
            }
            if screen.cases.isEmpty {
                html.p(.class("soft"), text: "Aucune situation n’est inscrite. Toute personne de l’équipe peut en demander une.")
            } else {
                html.table(
                    "Situations de cette réunion",
                    columns: ["N°", "Thème", "Accord", "Demandée par", "Créneau"].map { TableColumn($0) }, isDense: true
                ) { table in
                    for line in screen.cases { table.row { row in draw(line, &row) } }
                }
            }
            caseActs()
        }
    }

    /// Where a situation is asked for or put on the programme; after the meeting, where one that it examined is noted.
    private func caseActs() {
        let isOpen = status.isAhead || (status == .held && MinutesWorkflow.isEditable(head.minutesStatus))
        let mayList = isOpen && access.can(Permissions.writeCases)
        let mayAsk = status.isAhead && access.can(Permissions.requestCases) && access.professional != nil
        guard mayList || mayAsk else { return }
        html.div(.class("row")) {
            if mayAsk { html.linkButton("Demander une concertation", href: "\(href)/\(Acts.requestCase)", size: .small) }
            if mayList {
                html.linkButton(
                    status == .held ? "Noter une situation examinée" : "Inscrire une situation", href: "\(href)/\(Acts.scheduleCase)",
                    size: .small)
            }
        }
    }

    private func draw(_ line: MeetingScreen.CaseLine, _ row: inout RowWriter) {
        row.title(line.initials.map { "\(line.code) (\($0))" } ?? line.code)
        row.cell(Codes.rcpTheme.label(line.theme))
        row.cell {
            let consent = Consent(rawValue: line.consent)
            html.chip(consent == .yes ? "Accord recueilli" : "Anonyme", tone: consent == .yes ? .done : .note)
            if let consent, consent != .yes { html.span(.class("vh"), text: " (\(consent.label))") }
        }
        row.cell(line.requester)
        row.cell((line.slotStart.map { "\(Say.time($0, access)), " } ?? "") + Say.minutes(line.slotMinutes))
    }

    func documents() {
        html.section(.class("card"), .id("documents"), .aria(.labelledby, "titre-documents")) {
            html.h2(.class("card__title"), .id("titre-documents"), text: "Documents")
            html.ul(.role("list"), .class("stack", "stack--tight")) {
                if screen.showsPapers(to: access) {
                    paper(MeetingPapers.notice, when: head.startsAt != nil, later: "dès que la date est fixée")
                }
                if access.can(Permissions.readSheet) {
                    paper(MeetingPapers.sheet, when: head.startsAt != nil, later: "dès que la date est fixée", note: sheetNote)
                }
                if screen.showsPapers(to: access) {
                    paper(MeetingPapers.minutes, page: "compte-rendu", when: showsMinutes, later: "après la réunion", note: minutesNote)
                }
                if access.can(Permissions.readDecisions) {
                    paper(MeetingPapers.decisions, when: !screen.decisions.isEmpty, later: "dès la première décision")
                }
            }
        }
    }

    /// Drafts are for those who write them; the others read what was published.
    private var showsMinutes: Bool {
        access.can(Permissions.writeMinutes) || !MinutesWorkflow.isEditable(head.minutesStatus)
    }

    private var sheetNote: String? {
        guard head.sheetState != "OPEN" else { return nil }
        let state = Codes.sheetState.label(head.sheetState).lowercased()
        return head.sheetLockedAt.map { "\(state) le \(Say.date(access.local($0).date))" } ?? state
    }

    private var minutesNote: String? {
        head.minutesStatus.map { Codes.minutesStatus.label($0).lowercased() }
    }

    /// - Parameter page: the screen that shows it, in place of the PDF.
    private func paper(_ paper: Paper, page: String? = nil, when ready: Bool, later: String, note: String? = nil) {
        html.li {
            if ready {
                html.a(.href(page.map { "\(href)/\($0)" } ?? paper.href(of: href)), text: paper.title)
                if page == nil { html.span(.class("soft", "small"), text: " PDF") }
                if let note { html.span(.class("soft", "small"), text: " · \(note)") }
            } else {
                html.span(.class("soft"), text: "\(paper.title)\u{A0}: \(later)")
            }
        }
    }

    func seal(_ line: SealLine) {
        html.seal("Justificatif n°\u{00A0}\(line.seq) classé", date: Say.moment(line.recordedAt, access), digest: line.digest)
    }
}
