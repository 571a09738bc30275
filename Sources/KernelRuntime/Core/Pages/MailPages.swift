internal import HTML
internal import Kernel
internal import KernelUI

/// The mails of the structure: to whom, about what, what became of each; those that wait may be tried again or given up.
enum MailPages {
    static var pages: [PageRoute] {
        [
            PageRoute(.get, "messages", permission: CorePermissions.readMails, handle: list),
            PageRoute(.post, "messages/:id/relancer", permission: CorePermissions.manageMails) { request in
                try await act(request, says: "Le message repart tout de suite.") { try await MailActs.retry($0, $1, $2) }
            },
            PageRoute(.post, "messages/:id/abandonner", permission: CorePermissions.manageMails) { request in
                try await act(request, says: "Le message n’attend plus rien.") { try await MailActs.discard($0, $1, $2) }
            },
        ]
    }

    private static let pageSize = 50

    private static func act(
        _ request: MspRequest, says text: String, _ body: @escaping @Sendable (Identifier, [UInt8], WriteUnit) async throws -> MailLine
    ) async throws -> PageResponse {
        let (id, digest) = (try request.web.id("id"), try request.callerDigest())
        _ = try await request.write { unit in try await body(id, digest, unit) }
        return .redirect(request.path("structure/messages"), Message(.done, text))
    }

    private static func list(_ request: MspRequest) async throws -> PageResponse {
        let query = request.web.query
        let words = query["q"].map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        let state = try state(query["etat"])
        let page = try page(query["page"])
        let reading = try await request.read(
            MailLine.page(request.msp.id, state, to: words, size: pageSize, number: page),
            MailLine.count(request.msp.id, state, to: words))
        let shown = try reading.results[0].map(MailLine.init(row:))
        let total = try reading.results[1].scalar(as: Int.self)
        let lines = try MailLine.completed(shown, try await request.read(MailLine.work(request.msp.id, shown)).results[0])
        let access = reading.access
        let base = request.path("structure/messages")
        return .page(
            Page(access: access, title: "Messages", head: { h in h.fact(nil, French.plural(total, "message", "messages")) }) { h in
                h.p(
                    .class("soft"),
                    text: "Ce que la structure a envoyé depuis quatre-vingt-dix jours. "
                        + "Le contenu d’un message n’est pas gardé une fois parti.")
                h.filters(action: base, search: words ?? "") {
                    h.selectField(
                        Field("État", name: "etat"), options: MailLine.Filter.allCases.map { FieldOption($0.rawValue, $0.label) },
                        value: state?.rawValue ?? "", none: "Tous")
                }
                if lines.isEmpty {
                    if state == nil, words == nil {
                        h.empty("Les convocations, relances et liens envoyés apparaissent ici.", icon: .mail)
                    } else {
                        h.noResult(clearHref: base)
                    }
                } else {
                    table(lines, access: access, base: base, on: h)
                    h.pager(pager(total: total, page: page, state: state, words: words, base: base))
                }
            })
    }

    private static func table(_ lines: [MailLine], access: Access, base: String, on h: HTMLWriter) {
        let maySteer = access.can(CorePermissions.manageMails)
        let names = ["Destinataire", "Objet", "État", "Écrit le", "Essais"]
        h.table("Messages", columns: names.map { TableColumn($0) } + (maySteer ? [TableColumn("Actions", .actions)] : [])) { table in
            for line in lines {
                table.row { row in
                    if let person = line.person, access.can(CorePermissions.readProfessionals) {
                        row.title(line.recipient, href: access.msp.path("structure/professionnels/\(person)"))
                    } else {
                        row.title(line.recipient)
                    }
                    row.cell(line.subject)
                    row.cell {
                        h.div {
                            Self.state(line, on: h)
                            if let reason = line.reason { h.p(.class("soft", "small"), text: reason) }
                            if line.waits, let due = line.due {
                                h.p(.class("soft", "small"), text: "Prochain essai le \(French.dateTime(access.local(due)))")
                            }
                        }
                    }
                    row.cell(French.dateTime(access.local(line.created)))
                    row.cell(line.tries > 0 ? "\(line.tries)" : nil)
                    if maySteer {
                        row.cell { h.div(.class("row")) { buttons(line, base: "\(base)/\(line.id)", csrf: access.csrf, on: h) } }
                    }
                }
            }
        }
    }

    static func state(_ line: MailLine, on h: HTMLWriter) {
        if line.discarded != nil { return h.chip(line.state == .unreachable ? "abandonné" : "classé", tone: .soft) }
        if line.state == .sent { return h.chip("accepté", tone: .done) }
        h.mailChip(line.state)
    }

    /// What can still be done with one.
    static func buttons(_ line: MailLine, base: String, csrf: String, on h: HTMLWriter) {
        if line.waits {
            h.postButton(
                "Relancer", action: "\(base)/relancer", csrf: csrf, size: .small,
                .aria(.label, "Relancer le message à \(line.recipient)"))
        }
        if line.waits || line.isOpen {
            h.postButton(
                line.waits ? "Abandonner" : "Classer", action: "\(base)/abandonner", csrf: csrf, size: .small,
                .aria(.label, "\(line.waits ? "Abandonner" : "Classer") le message à \(line.recipient)"))
        }
    }

    private static func pager(total: Int, page: Int, state: MailLine.Filter?, words: String?, base: String) -> Pager {
        func href(_ page: Int) -> String {
            let pairs = [("page", "\(page)"), ("etat", state?.rawValue ?? ""), ("q", words ?? "")].filter { !$0.1.isEmpty }
            return "\(base)?\(QueryText.encoded(pairs.map { (name: $0.0, value: $0.1) }))"
        }
        let last = max(1, (total + pageSize - 1) / pageSize)
        return Pager(
            position: Pager.position(first: (page - 1) * pageSize + 1, last: min(page * pageSize, total), total: total),
            previousHref: page > 1 ? href(page - 1) : nil, nextHref: page < last ? href(page + 1) : nil)
    }

    /// A wrong filter is said, never ignored (ui-conventions 3.2).
    private static func state(_ text: String?) throws -> MailLine.Filter? {
        guard let text, !text.isEmpty else { return nil }
        guard let state = MailLine.Filter(rawValue: text) else {
            throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}État\u{A0}» attend une valeur de la liste.")
        }
        return state
    }

    private static func page(_ text: String?) throws -> Int {
        guard let text, !text.isEmpty else { return 1 }
        guard let page = Int(text), (1...100_000).contains(page) else {
            throw Refusal.malformed("bad_page", "Le numéro de page n’est pas valable.")
        }
        return page
    }
}
