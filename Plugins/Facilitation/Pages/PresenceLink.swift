import HTML
import Kernel
import KernelUI

/// « Je suis là » on one's own phone: the meeting's name, one button, done. Opening the page changes nothing.
enum PresenceLink {
    static func show(_ request: LinkRequest) async throws -> PageResponse {
        let reading = try await request.read(LinkScreen.query(request.msp.id, invitation: request.subject))
        guard let rows = reading.results.first else { throw Refusal.notFound }
        let screen = try LinkScreen(rows)
        let access = reading.access
        let now = request.web.now
        let address = "/l/\(Places.Link.presence)/\(request.token)"
        return .bare(
            BarePage(title: "Je suis là") { html in
                html.div(.class("presence")) {
                    html.linkHead(
                        access, title: screen.title, startsAt: screen.startsAt, place: screen.place, isRemote: screen.videoURL != nil)
                    if let signed = screen.signedAt, screen.state == "PRESENT" {
                        done(screen, signed: signed, access: access, now: now, address: address, html)
                    } else if let reason = screen.closedReason(now: now, access: access) {
                        html.message(reason, tone: .note)
                    } else {
                        html.postForm(action: address, csrf: "", guarded: false, classes: "") {
                            html.button(.class("presence__button"), .type(.submit)) {
                                html.icon(.validated)
                                html.text("Je suis là")
                            }
                        }
                        html.p(.class("presence__facts"), text: screen.name)
                    }
                }
            })
    }

    private static func done(_ screen: LinkScreen, signed: Instant, access: Access, now: Instant, address: String, _ html: HTMLWriter) {
        html.p(.class("presence__done"), .role("status")) {
            html.icon(.validated)
            html.span(text: "C’est noté, \(Say.time(signed, access))")
        }
        html.p(.class("presence__facts"), text: screen.name)
        if let left = screen.leftAt {
            html.p(text: "Départ noté à \(Say.time(left, access)).")
        } else if screen.closedReason(now: now, access: access) == nil, screen.actualEnd == nil, screen.arrivedAt.map({ $0 < now }) ?? false
        {
            html.postForm(action: "\(address)/depart", csrf: "", guarded: false, classes: "") {
                html.button(.class("button", "button--block", "button--large"), .type(.submit), text: "Je pars")
            }
        }
    }

    static func sign(_ request: LinkRequest) async throws -> PageResponse {
        let invitation = request.subject
        try await request.write { unit in
            try await Presence.signByLink(invitation: invitation, unit)
        }
        return .redirect("/l/\(Places.Link.presence)/\(request.token)", nil)
    }

    static func leave(_ request: LinkRequest) async throws -> PageResponse {
        let invitation = request.subject
        try await request.write { unit in try await Presence.leaveByLink(invitation: invitation, unit) }
        return .redirect("/l/\(Places.Link.presence)/\(request.token)", nil)
    }
}
