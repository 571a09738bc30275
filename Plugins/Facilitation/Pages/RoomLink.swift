import Foundation
import HTML
import Kernel
import KernelUI
import Postgres

/// The page behind the room's code: whoever scans it taps his or her own name. Names and professions of the invited only.
enum RoomLink {
    /// A name of the list.
    private struct Line: Sendable {
        let invitation: Identifier
        let name: String
        let role: String
        let signedAt: Instant?
    }

    /// Above this number the list has a search box.
    private static let searchFrom = 12

    static func show(_ request: LinkRequest) async throws -> PageResponse {
        let reading = try await request.read(meetingQuery(request), peopleQuery(request))
        guard reading.results.count == 2, let row = reading.results[0].first else { throw Refusal.notFound }
        let title: String = try row[0]
        let startsAt: Instant? = try row[1]
        let place: String = try row[2]
        let window = SigningWindow(
            status: try row[3], sheetState: try row[4], startsAt: startsAt, plannedMinutes: try row[5], actualStart: try row[6],
            actualEnd: try row[7])
        let lines = try reading.results[1].map(line)
        let access = reading.access
        let now = request.web.now
        let address = "/l/\(Places.Link.room)/\(request.token)"
        let words = (request.web.query["q"] ?? "").trimmed
        let chosen = request.web.query["qui"].flatMap { Identifier($0) }
        return .bare(
            BarePage(title: "Présence en salle") { html in
                html.div(.class("presence", "presence--list")) {
                    html.linkHead(access, title: title, startsAt: startsAt, place: place, isRemote: false)
                    if let signed = lines.first(where: { $0.invitation == chosen && $0.signedAt != nil }), let at = signed.signedAt {
                        html.p(.class("presence__done"), .role("status")) {
                            html.icon(.validated)
                            html.span(text: "C’est noté, \(Say.time(at, access))")
                        }
                        html.p(text: signed.name)
                        html.p(.class("presence__facts"), text: "Ce n’était pas votre nom\u{202F}? Dites-le à la personne qui anime.")
                        html.p { html.a(.href(address), text: "Signaler une autre présence") }
                    } else if let reason = window.closedReason(now: now, access: access) {
                        html.message(reason, tone: .note)
                    } else {
                        choose(lines.filter { $0.signedAt == nil }, words: words, address: address, html)
                    }
                }
            })
    }

    private static func choose(_ lines: [Line], words: String, address: String, _ html: HTMLWriter) {
        guard !lines.isEmpty else {
            html.message("Toutes les personnes invitées sont notées présentes.", tone: .done)
            return
        }
        html.h2(text: "Touchez votre nom")
        if lines.count > searchFrom || !words.isEmpty {
            html.form(.method(.get), .action(address), .class("row"), .role("search")) {
                html.label(.class("vh"), .for("q"), text: "Chercher un nom")
                html.input(
                    .class("input", "field--grow"), .id("q"), .name("q"), .type(.search), .value(words), .placeholder("Chercher un nom"),
                    .autocomplete("off"), .data("filter", "#noms"))
                html.button(.class("button"), .type(.submit), text: "Chercher")
            }
        }
        let folded = fold(words)
        let shown = folded.isEmpty ? lines : lines.filter { fold($0.name).contains(folded) }
        if shown.isEmpty { html.p(text: "Aucun nom ne correspond.") }
        html.postForm(action: address, csrf: "", guarded: false, classes: "stack stack--tight", .id("noms")) {
            for line in shown {
                html.button(
                    .class("button", "button--block", "button--name"), .type(.submit), .name("invitation"),
                    .value(line.invitation.description), .data("filter-text", fold(line.name))
                ) {
                    html.person(name: line.name, role: line.role)
                }
            }
        }
        html.p(.class("presence__facts"), text: "Votre nom manque\u{202F}? Signalez-vous à la personne qui anime la réunion.")
    }

    static func sign(_ request: LinkRequest) async throws -> PageResponse {
        guard let invitation = request.web.form["invitation"].flatMap({ Identifier($0) }) else {
            throw Refusal.invalid("invitation", "Touchez votre nom dans la liste.")
        }
        let meeting = request.subject
        try await request.write { unit in
            try await Presence.signByLink(invitation: invitation, room: meeting, unit)
        }
        return .redirect("/l/\(Places.Link.room)/\(request.token)?qui=\(invitation)", nil)
    }

    // MARK: Reading

    private static func meetingQuery(_ request: LinkRequest) -> Query {
        Query(
            """
            select m.title, m.starts_at, concat_ws(', ', r.name, m.place), m.status, m.sheet_state, m.planned_min, m.actual_start, m.actual_end
            from facilitation.meeting m left join kernel.room r on r.msp_id = m.msp_id and r.id = m.room_id
            where m.msp_id = $1 and m.id = $2 and m.archived_at is null
            """, .id(request.msp.id), .id(request.subject))
    }

    private static func peopleQuery(_ request: LinkRequest) -> Query {
        Query(
            """
            select v.id, coalesce(p.shown_name, g.name), p.said_profession, nullif(concat_ws(', ', g.job, g.organisation), ''),
                case when a.state = 'PRESENT' then a.signed_at end
            from facilitation.meeting_invitation v
            left join kernel.professional p on p.msp_id = v.msp_id and p.id = v.professional_id
            left join facilitation.guest g on g.msp_id = v.msp_id and g.id = v.guest_id
            left join facilitation.attendance a on a.msp_id = v.msp_id and a.meeting_id = v.meeting_id and a.archived_at is null
                and (a.professional_id = v.professional_id or a.guest_id = v.guest_id)
            where v.msp_id = $1 and v.meeting_id = $2 and v.archived_at is null
            order by coalesce(p.last_name, g.name) collate kernel.french, p.first_name collate kernel.french, v.id
            """, .id(request.msp.id), .id(request.subject))
    }

    private static func line(_ row: Row) throws -> Line {
        let profession: String? = try row[2]
        let job: String? = try row[3]
        return Line(
            invitation: try row[0], name: try row[1], role: profession.map { CodeList.profession(of: $0) } ?? job ?? "Invité·e",
            signedAt: try row[4])
    }

    /// Small letters without accents, so that « helene » finds « Hélène ».
    private static func fold(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.filter { !(0x300...0x36F).contains($0.value) }))
    }
}
