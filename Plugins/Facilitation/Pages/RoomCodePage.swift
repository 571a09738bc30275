import HTML
import Kernel
import KernelUI
import Postgres

/// The room's code, on a screen or on a sheet of paper.
///
/// The platform keeps only the digest of a link, so its address cannot be shown twice: each display makes a new link, by POST,
/// and all of them end twelve hours after the meeting. A code already printed goes on working.
enum RoomCodePage {
    /// Asks before it makes a link: an address that is opened changes nothing.
    static func ask(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, screen) = try await request.read(MeetingScreen.read(request.msp.id, id))
        let head = screen.head
        let base = request.path(Places.meeting(id))
        return .page(
            Page(
                access: access, title: "Code QR de la salle",
                crumbs: [Crumb("Réunions", href: request.path("equipe/reunions")), Crumb(head.title, href: base)],
                body: { html in
                    html.postForm(access, to: "\(base)/qr", .class("form")) {
                        html.p(
                            text: "Affichez ou imprimez le code\u{A0}: chaque personne présente le scanne et touche son nom, sans compte.")
                        html.p(.class("soft"), text: "Le code cesse de fonctionner douze heures après la réunion.")
                        html.div(.class("form__actions")) {
                            html.button(.class("button", "button--main"), .type(.submit), text: "Afficher le code")
                        }
                    }
                }))
    }

    static func show(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (meeting, link, access) = try await request.write { unit in
            let meeting = try await Meetings.lock(id, unit)
            try Meetings.require(meeting, in: [.convened, .held])
            try Meetings.requireOpenSheet(meeting)
            let link = try Presence.roomLink(meeting, unit)
            try unit.traceReading(MeetingRecord.record, "room_code", on: id)
            return (meeting, link, unit.access)
        }
        let base = request.path(Places.meeting(id))
        return .bare(
            BarePage(title: "Code QR\u{A0}: \(meeting.title)") { html in
                html.div(.class("room-code")) {
                    html.p(.class("presence__facts"), text: access.msp.name)
                    html.h1(text: meeting.title)
                    if let start = meeting.startsAt { html.p(.class("presence__facts"), text: Say.dayAndTime(start, access)) }
                    html.qr(link, label: "Code QR\u{A0}: signaler sa présence à «\u{A0}\(meeting.title)\u{A0}»")
                    html.p(.class("room-code__word"), text: "Scannez, touchez votre nom, c’est fait.")
                    html.p(.class("row", "no-print")) {
                        html.button(.class("button"), .type(.button), .data("print"), .hidden(), text: "Imprimer")
                        html.a(.class("button", "button--quiet"), .href("\(base)/seance"), text: "Revenir à la séance")
                    }
                }
            })
    }
}
