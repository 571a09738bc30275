import HTML
import Kernel
import KernelUI
import Postgres

/// The minutes as they are read: on screen while they are a draft, the same for everybody once published.
enum MinutesPage {
    static func show(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, screen) = try await request.read(MeetingScreen.read(request.msp.id, id))
        let base = request.path(Places.meeting(id))
        let isDraft = MinutesWorkflow.isEditable(screen.head.minutesStatus)
        let isShown = screen.showsPapers(to: access)
        let mayRead = isShown && (!isDraft || access.can(Permissions.writeMinutes))
        let view = MinutesView(screen: screen, access: access, base: base)
        return .page(
            Page(
                access: access, title: "Compte-rendu",
                crumbs: [Crumb("Réunions", href: request.path("equipe/reunions")), Crumb(screen.head.title, href: base)],
                head: { html in view.facts(html) },
                actions: mayRead ? { html in view.actions(html) } : nil,
                side: mayRead && access.can(Permissions.writeMinutes) ? { html in view.side(html) } : nil,
                body: { html in
                    if mayRead {
                        html.article(.class("card", "minutes")) { view.body(html) }
                    } else {
                        html.message(
                            isShown
                                ? "Le compte-rendu n’est pas encore diffusé."
                                : "Ce compte-rendu parle de situations\u{A0}: il est réservé aux personnes invitées.", tone: .note)
                    }
                }))
    }

    /// The acts on the text, each brought back to this page.
    static func act(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        let act = form["acte"] ?? ""
        let acts = [Acts.save: "save_minutes", Acts.submit: "submit_minutes", Acts.approve: "approve_minutes"]
        guard let action = acts[act] else { throw Refusal.notFound }
        var values = RecordValues()
        if act == Acts.save {
            var reader = FormReader(form)
            values["body"] = reader.text("body", max: Writing.longestBody).map { .text($0) } ?? .null
            values["next_meeting_on"] = reader.day("next_meeting_on").map { .date($0) } ?? .null
            try reader.check()
        }
        let given = values
        let outcome = try await request.write { unit in try await unit.act(MeetingRecord.record, action, on: id, given) }
        return .redirect(request.path(Places.meeting(id)) + "/compte-rendu", Message(.done, outcome.message))
    }
}

/// Draws the minutes.
struct MinutesView: Sendable {
    let screen: MeetingScreen
    let access: Access
    let base: String

    private var head: MeetingScreen.Head { screen.head }
    private var isDraft: Bool { MinutesWorkflow.isEditable(head.minutesStatus) }
    private var isHeld: Bool { head.status == MeetingStatus.held.rawValue }

    func facts(_ html: HTMLWriter) {
        let status = head.minutesStatus ?? "DRAFT"
        html.chip(Codes.minutesStatus.label(status), tone: status == "APPROVED" ? .done : status == "PUBLISHED" ? .note : .soft)
        if let start = head.actualStart ?? head.startsAt { html.span(.class("fact"), text: Say.dayAndTime(start, access)) }
        if let at = head.minutesPublishedAt { html.span(.class("fact"), text: "diffusé le \(Say.date(access.local(at).date))") }
        if let at = head.minutesApprovedAt { html.span(.class("fact"), text: "approuvé le \(Say.date(access.local(at).date))") }
    }

    func actions(_ html: HTMLWriter) {
        if isDraft, isHeld, access.can(Permissions.publishMinutes) {
            html.linkButton("Diffuser à l’équipe", href: "\(base)/\(Acts.publish)", kind: .main)
        } else if head.minutesStatus == "PUBLISHED", access.can(Permissions.approveMinutes) {
            act(Acts.approve, "Approuver", "button button--main", html)
        }
        if isDraft, isHeld, head.minutesStatus != "IN_REVIEW", access.can(Permissions.writeMinutes) {
            act(Acts.submit, "Faire relire", "button", html)
        }
        html.a(.class("button"), .href(MeetingPapers.minutes.href(of: base)), text: "PDF")
    }

    private func act(_ act: String, _ label: String, _ style: String, _ html: HTMLWriter) {
        html.postForm(access, to: "\(base)/compte-rendu", .class("no-print")) {
            html.hiddenInput("acte", act)
            html.button(.class(style), .type(.submit), text: label)
        }
    }

    /// Free points and next date, for those who write.
    func side(_ html: HTMLWriter) {
        html.section(.class("card", "no-print"), .aria(.labelledby, "titre-completer")) {
            html.h2(.id("titre-completer"), text: "Compléter")
            guard isDraft else {
                html.p(text: "Le compte-rendu est diffusé\u{A0}: il ne change plus.")
                return
            }
            html.p { html.a(.href("\(base)/seance#notes"), text: "Reprendre les notes et les décisions") }
            html.postForm(action: "\(base)/compte-rendu", csrf: access.csrf) {
                html.hiddenInput("acte", Acts.save)
                html.textareaField(
                    Field("Points libres", name: "body", help: "Ni nom de patient, ni contenu clinique."), value: head.minutesBody,
                    maxLength: Writing.longestBody)
                html.dateField(Field("Prochaine réunion", name: "next_meeting_on"), value: head.nextMeetingOn?.description ?? "")
                html.div(.class("form__actions")) { html.button("Enregistrer") }
            }
        }
    }

    // MARK: The text itself (missions.md 12.1)

    func body(_ html: HTMLWriter) {
        html.header(.class("stack", "stack--tight")) {
            html.p(.class("soft"), text: access.msp.name)
            html.h2(text: head.title)
            html.dl(.class("dl")) {
                if let start = head.actualStart ?? head.startsAt { pair("Date", Say.day(start, access), html) }
                if let start = head.actualStart, let end = head.actualEnd {
                    pair("Horaires", French.timeRange(access.local(start), access.local(end)), html)
                }
                if !head.place.isEmpty { pair("Lieu", head.place, html) }
                pair("Organisation", head.organiser, html)
                pair("Présents", names { $0.isPresent }, html)
                pair("Excusés", names { $0.state == "EXCUSED" }, html)
                pair("Absents", names { $0.state == "ABSENT" }, html)
            }
        }
        for line in screen.accepted {
            let entries = screen.entries(of: line.id)
            html.section(.class("stack", "stack--tight")) {
                html.h3(text: line.title)
                if entries.isEmpty {
                    html.p(.class("soft"), text: head.actualEnd == nil ? "Pas encore de note." : "Ni note ni décision.")
                }
                written(entries, html)
            }
        }
        let free = screen.entries(of: nil)
        if !free.isEmpty || !head.minutesBody.isEmpty {
            html.section(.class("stack", "stack--tight")) {
                html.h3(text: "Points libres")
                for paragraph in head.minutesBody.split(separator: "\n") { html.p { html.text(paragraph) } }
                written(free, html)
            }
        }
        if let next = head.nextMeetingOn {
            html.p {
                html.strong(text: "Prochaine réunion\u{A0}: ")
                html.text(French.longDate(next))
            }
        }
    }

    private func pair(_ term: String, _ value: String, _ html: HTMLWriter) {
        html.dt(text: term)
        html.dd(text: value.isEmpty ? "—" : value)
    }

    private func names(_ condition: (MeetingScreen.PersonLine) -> Bool) -> String {
        screen.people.filter(condition).map(\.name).joined(separator: ", ")
    }

    private func written(_ entries: [LiveEntry], _ html: HTMLWriter) {
        for entry in entries {
            switch entry {
            case .note(let note):
                for paragraph in note.text.split(separator: "\n") { html.p { html.text(paragraph) } }
            case .decision(let line): html.decisionLine(line, access)
            }
        }
    }
}
