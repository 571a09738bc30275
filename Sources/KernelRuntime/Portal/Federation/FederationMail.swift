internal import HTML
internal import Kernel
internal import KernelUI

/// A letter with which the federation opens an MSP: to whom, what became of it. Letters of the MSPs are theirs alone.
struct FederationMail: Sendable {
    let id: Identifier
    let msp: Identifier
    let invitation: Identifier
    let structure: String
    /// Known to who may send again.
    let recipient: String?
    let roles: [String]
    let subject: String
    let state: MailState
    let reply: String?
    let tries: Int
    let failure: String?
    let due: Instant?
    let created: Instant
    let sent: Instant?

    static func all(_ credential: Credential, _ federation: Identifier) -> Query {
        Query(
            """
            select i.mail_id, i.organisation_id, i.id, f.name, nullif(concat_ws(' ', i.first_name, i.last_name), ''), i.roles, i.subject,
                i.mail_state, i.reply, i.attempts, i.last_error, i.due_at, i.created_at, i.sent_at
            from kernel.federation_invitations($1, $2) i join kernel.federation_members($1, $2) f on f.id = i.organisation_id
            where i.mail_id is not null order by i.created_at desc, i.mail_id desc
            """, .bytes(credential.digest), .id(federation))
    }

    init(row: Row) throws {
        id = try row[0]
        msp = try row[1]
        invitation = try row[2]
        structure = try row[3]
        recipient = try row[4]
        roles = try row[5]
        subject = try row[6]
        state = MailState(rawValue: try row[7]) ?? .queued
        reply = try row[8]
        tries = try row[9]
        failure = try row[10]
        due = try row[11]
        created = try row[12]
        sent = try row[13]
    }

    var waits: Bool { state == .queued && tries > 0 }

    var reason: String? {
        switch state {
        case .sent: nil
        case .refused: "Refusé par le serveur de messagerie\(reply.map { " (\($0))" } ?? "")"
        case .unreachable: "Non distribué, ou abandonné"
        case .queued: tries > 0 ? MailLine.words(failure) : nil
        }
    }

    /// Tries one again at once, or gives it up. Throws 404 for one that is not the federation's.
    static func steer(
        _ mail: Identifier, givesUp: Bool, _ credential: Credential, _ federation: Identifier, in database: PortalDatabase
    ) async throws {
        let done: Bool = try await database.run(
            Query(
                "select kernel.steer_federation_mail($1, $2, $3, $4)", .bytes(credential.digest), .id(federation), .id(mail),
                .bool(givesUp))
        ).scalar()
        guard done else {
            throw Refusal.conflict(
                "not_waiting", "Ce message n’attend pas de nouvel essai\u{A0}: une invitation se renvoie depuis la page de la structure.")
        }
    }

    // MARK: Pages

    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "f/:slug/messages", .person, handle: page),
            PortalRoute(.post, "f/:slug/messages/:id/relancer", .person) {
                try await act($0, givesUp: false, says: "Le message repart tout de suite.")
            },
            PortalRoute(.post, "f/:slug/messages/:id/abandonner", .person) {
                try await act($0, givesUp: true, says: "Le message n’attend plus rien.")
            },
        ]
    }

    private static func act(_ request: PortalRequest, givesUp: Bool, says text: String) async throws -> PortalResponse {
        let (_, credential, federation) = try FederationRoutes.administered(request)
        try await steer(try request.web.id("id"), givesUp: givesUp, credential, federation.id, in: request.database)
        return .redirect("/f/\(federation.slug)/messages", Message(.done, text))
    }

    private static func page(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential, federation) = try FederationRoutes.organisation(request)
        guard federation.kind == "FEDERATION" else { throw Refusal.notFound }
        let isAdmin = federation.roles.contains(FederationRoutes.adminRole)
        let home = "/f/\(federation.slug)"
        let wanted = try state(request.web.query["etat"])
        let lines = try await request.database.run(all(credential, federation.id)).map(FederationMail.init(row:))
            .filter { wanted == nil || $0.state == wanted }
        let csrf = request.csrf
        return .page(
            PortalPage(
                person: person, title: "Messages", place: .organisation(federation.id),
                crumbs: [Crumb("Structures adhérentes", href: home)], band: FederationRoutes.band(federation),
                head: { h in h.fact(nil, French.plural(lines.count, "message", "messages")) }
            ) { h in
                h.p(.class("soft"), text: "Les invitations envoyées aux structures et qui attendent une réponse.")
                h.filters(action: "\(home)/messages", search: nil) {
                    h.selectField(
                        Field("État", name: "etat"),
                        options: MailState.allCases.map { FieldOption($0.rawValue, MailLine.Filter(rawValue: $0.rawValue)?.label ?? "") },
                        value: wanted?.rawValue ?? "", none: "Tous")
                }
                if lines.isEmpty, wanted == nil {
                    h.empty("Les invitations que la fédération envoie apparaissent ici.", icon: .mail)
                } else if lines.isEmpty {
                    h.noResult(clearHref: "\(home)/messages")
                } else {
                    table(lines, home: home, csrf: csrf, isAdmin: isAdmin, on: h)
                }
            })
    }

    private static func table(_ lines: [FederationMail], home: String, csrf: String, isAdmin: Bool, on h: HTMLWriter) {
        let names = ["Destinataire", "Structure", "Objet", "État", "Écrit le", "Essais"]
        h.table("Messages", columns: names.map { TableColumn($0) } + (isAdmin ? [TableColumn("Actions", .actions)] : [])) { table in
            for line in lines {
                table.row { row in
                    row.title(line.recipient ?? Roles.labels(line.roles))
                    row.cell { h.a(.href("\(home)/msp/\(line.msp)"), text: line.structure) }
                    row.cell(line.subject)
                    row.cell {
                        h.div {
                            if line.state == .sent { h.chip("accepté", tone: .done) } else { h.mailChip(line.state) }
                            if let reason = line.reason { h.p(.class("soft", "small"), text: reason) }
                        }
                    }
                    row.cell(French.dateTime(LocalTime(line.created, zone: PortalDates.homeZone)))
                    row.cell(line.tries > 0 ? "\(line.tries)" : nil)
                    if isAdmin { row.cell { h.div(.class("row")) { buttons(line, home: home, csrf: csrf, on: h) } } }
                }
            }
        }
    }

    private static func buttons(_ line: FederationMail, home: String, csrf: String, on h: HTMLWriter) {
        if line.state.hasFailed {
            h.linkButton(
                "Corriger et renvoyer", href: "\(home)/msp/\(line.msp)", size: .small,
                .aria(.label, "Corriger et renvoyer le message pour \(line.structure)"))
        }
        guard line.waits else { return }
        for (label, path) in [("Relancer", "relancer"), ("Abandonner", "abandonner")] {
            h.postButton(
                label, action: "\(home)/messages/\(line.id)/\(path)", csrf: csrf, size: .small,
                .aria(.label, "\(label) le message pour \(line.structure)"))
        }
    }

    private static func state(_ text: String?) throws -> MailState? {
        guard let text, !text.isEmpty else { return nil }
        guard let state = MailState(rawValue: text) else {
            throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}État\u{A0}» attend une valeur de la liste.")
        }
        return state
    }

    // MARK: API

    static let schema = JSONSchema.object([
        ("id", JSONSchema.id), ("msp_id", JSONSchema.id), ("msp", JSONSchema.text), ("recipient", JSONSchema.optional(JSONSchema.text)),
        ("roles", JSONSchema.list(JSONSchema.text)), ("subject", JSONSchema.text),
        ("state", JSONSchema.codes(MailState.allCases.map(\.rawValue))), ("reason", JSONSchema.optional(JSONSchema.text)),
        ("reply", JSONSchema.optional(JSONSchema.text)), ("failure", JSONSchema.optional(JSONSchema.text)), ("tries", JSONSchema.integer),
        ("created_at", JSONSchema.instant),
        ("next_try_at", JSONSchema.optional(JSONSchema.instant)), ("sent_at", JSONSchema.optional(JSONSchema.instant)),
    ])

    var json: JSONValue {
        .object([
            ("id", .id(id)), ("msp_id", .id(msp)), ("msp", .string(structure)), ("recipient", .text(recipient)),
            ("roles", .texts(roles)), ("subject", .string(subject)), ("state", .string(state.rawValue)), ("reason", .text(reason)),
            ("reply", .text(reply)), ("failure", .text(failure)), ("tries", .integer(tries)), ("created_at", .instant(created)),
            ("next_try_at", .instant(due)),
            ("sent_at", .instant(sent)),
        ])
    }
}
