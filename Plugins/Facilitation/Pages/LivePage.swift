import HTML
import Kernel
import KernelUI
import Postgres

/// « Jour de réunion »: the agenda with the minute that runs, the notes, and who is here.
enum LivePage {
    /// The whole page.
    static func show(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let chosen = request.web.query["point"]
        let note = request.web.query["note"].flatMap { Identifier($0) }
        let (access, screen, choices) = try await request.read(MeetingScreen.read(request.msp.id, id), TeamChoices.read(request.msp.id))
        let base = request.path(Places.meeting(id))
        let times = AgendaTimes(
            screen.accepted.map { ($0.id, $0.plannedMinutes) }, from: screen.head.actualStart ?? screen.head.startsAt)
        let team = choices.on(screen.day(access, now: request.web.now))
        let point = Self.point(chosen, screen: screen, times: times, now: request.web.now)
        let now = request.web.now
        return .page(
            Page(
                access: access, title: screen.head.title,
                crumbs: [Crumb("Réunions", href: request.path("equipe/reunions")), Crumb(screen.head.title, href: base)],
                head: { html in facts(screen, access, html) },
                actions: { html in actions(screen, access, base, html) },
                body: { html in
                    let drawing = LiveDrawing(
                        screen: screen, access: access, now: now, base: base, times: times, team: team, point: point,
                        source: note.flatMap { id in screen.notes.first { $0.id == id } }, typed: request.web.query,
                        html: html)
                    drawing.draw()
                }))
    }

    /// The people alone, asked for again every ten seconds and after each tap.
    static func people(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let base = request.path(Places.meeting(id))
        guard request.web.isEnhanced else { return .redirect("\(base)/seance#presences", nil) }
        return try await peopleFragment(request, id)
    }

    static func peopleFragment(_ request: MspRequest, _ id: Identifier) async throws -> PageResponse {
        let (access, screen) = try await request.read(MeetingScreen.read(request.msp.id, id))
        let base = request.path(Places.meeting(id))
        return .fragment(access: access) { html in
            LivePeople(screen: screen, access: access, base: base, html: html).draw()
        }
    }

    /// Where the writing goes: the item of the address, else the one that the clock points at.
    enum Point: Sendable, Equatable {
        case item(Identifier)
        /// Free points, beside the agenda.
        case free

        /// Value in addresses and forms.
        var text: String {
            switch self {
            case .item(let id): id.description
            case .free: "libre"
            }
        }

        var item: Identifier? { if case .item(let id) = self { id } else { nil } }

        /// Values of an act that is about this place.
        func values(_ others: [String: FieldValue]) -> RecordValues {
            var values = RecordValues(others)
            if let item { values["item"] = .id(item) }
            return values
        }
    }

    static func point(_ chosen: String?, screen: MeetingScreen, times: AgendaTimes, now: Instant) -> Point {
        if chosen == "libre" { return .free }
        if let id = chosen.flatMap({ Identifier($0) }), screen.accepted.contains(where: { $0.id == id }) { return .item(id) }
        return times.current(at: now).map { .item($0) } ?? .free
    }

    private static func facts(_ screen: MeetingScreen, _ access: Access, _ html: HTMLWriter) {
        let status = MeetingStatus(rawValue: screen.head.status) ?? .draft
        html.chip(screen.head.actualStart != nil && status == .convened ? "En cours" : status.label, tone: status.tone)
        if let start = screen.head.actualStart {
            html.span(.class("fact")) { html.text("commencée à \(Say.time(start, access))") }
        } else if let start = screen.head.startsAt {
            html.span(.class("fact")) { html.text("prévue \(Say.dayAndTime(start, access))") }
        }
        if let end = screen.head.actualEnd { html.span(.class("fact")) { html.text("terminée à \(Say.time(end, access))") } }
        if !screen.head.place.isEmpty { html.span(.class("fact"), text: screen.head.place) }
    }

    private static func actions(_ screen: MeetingScreen, _ access: Access, _ base: String, _ html: HTMLWriter) {
        if screen.head.status == MeetingStatus.convened.rawValue {
            if screen.head.actualStart == nil { html.button("Démarrer", kind: .main, .form("demarrer")) }
            html.button("Code QR de la salle", .form("code-salle"), .data("shortcut", "q"))
            if screen.head.actualStart != nil { end(access, base, html) }
        } else if screen.head.status == MeetingStatus.held.rawValue {
            html.linkButton("Relire le compte-rendu", href: "\(base)/compte-rendu", kind: .main)
        }
    }

    /// The end takes two taps and is never the large button under the thumb: a meeting that is over does not start again.
    private static func end(_ access: Access, _ base: String, _ html: HTMLWriter) {
        html.actionMenu("Terminer la réunion") {
            html.p(.class("menu__note"), text: "Les présences sont comptées et qui n’a rien dit est noté absent.")
            html.postForm(access, to: "\(base)/seance/terminer") { html.button("Terminer maintenant", icon: .validated) }
            html.linkButton("Corriger les heures", href: "\(base)/\(Acts.finish)", icon: .edit)
        }
    }
}
