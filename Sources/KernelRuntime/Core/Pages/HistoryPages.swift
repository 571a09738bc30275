internal import HTML
internal import Kernel
internal import KernelUI

/// The audit trail of the structure. Reading it is itself traced (AUD-07).
enum HistoryPages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [PageRoute(.get, "historique", permission: CorePermissions.readAudit) { try await show($0, directory) }]
    }

    private static let pageSize = 50

    private struct Filter: Sendable {
        var from: CivilDate?
        var to: CivilDate?
        var actor: Identifier?
        /// Entries before this number: pages stay stable while new entries arrive.
        var before: Int?

        init(_ query: FormValues) throws {
            func day(_ name: String, _ label: String) throws -> CivilDate? {
                guard let text = query[name], !text.isEmpty else { return nil }
                guard let day = CivilDate(text) else {
                    throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}\(label)\u{A0}» attend une date.")
                }
                return day
            }
            from = try day("du", "Du")
            to = try day("au", "Au")
            if let text = query["personne"], !text.isEmpty {
                guard let id = Identifier(text) else {
                    throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}Personne\u{A0}» n’est pas valable.")
                }
                actor = id
            }
            if let text = query["avant"], !text.isEmpty {
                guard let number = Int(text), number > 0 else { throw Refusal.malformed("bad_page", "La page demandée n’est pas valable.") }
                before = number
            }
        }

        /// What the trace of this reading says.
        var detail: JSONValue {
            .object([
                ("from", from.map { .string($0.description) } ?? .null), ("to", to.map { .string($0.description) } ?? .null),
                ("actor", actor.map { .string($0.description) } ?? .null), ("before", before.map { .integer($0) } ?? .null),
            ])
        }

        var suffix: String {
            var out = ""
            if let from { out += "&du=\(from)" }
            if let to { out += "&au=\(to)" }
            if let actor { out += "&personne=\(actor)" }
            return out
        }
    }

    private struct Entry {
        let number: Int
        let at: Instant
        let actor: Identifier
        let name: String?
        let action: String
        let type: String?
        let object: Identifier?
        let outcome: String
        let through: String
        let detail: String?

        init(row: Row) throws {
            number = try row[0]
            at = try row[1]
            actor = try row[2]
            name = try row[3]
            action = try row[4]
            type = try row[5]
            object = try row[6]
            outcome = try row[7]
            through = try row[8]
            detail = try row[9]
        }
    }

    private static func show(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let filter = try Filter(request.web.query)
        let zone = try await request.write { unit in
            unit.audit("core.audit.read", type: "core.audit", id: unit.msp, detail: filter.detail)
            return unit.access.msp.timeZone
        }
        let from = filter.from.map { LocalTime.startOfDay($0, zone: zone) }
        let to = filter.to.map { LocalTime.startOfDay($0.adding(days: 1), zone: zone) }
        let reading = try await request.read(
            Query(
                """
                select e.seq, e.at, e.actor_id, n.name, e.action, e.object_type, e.object_id, e.outcome, e.through,
                    d.detail::text
                from kernel.audit_entry e
                left join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
                left join kernel.member_names($1) n on n.account_id = e.actor_id
                where e.msp_id = $1 and ($2::timestamptz is null or e.at >= $2) and ($3::timestamptz is null or e.at < $3)
                    and ($4::uuid is null or e.actor_id = $4) and ($5::bigint is null or e.seq < $5)
                order by e.seq desc limit 51
                """, .id(request.msp.id), .instant(from), .instant(to), .id(filter.actor), .int(filter.before)),
            Query("select account_id, name from kernel.member_names($1)", .id(request.msp.id)))
        let entries = try reading.results[0].map(Entry.init(row:))
        let people = try reading.results[1].map { FieldOption(try $0.decode(0, as: Identifier.self).description, try $0[1]) }
        let access = reading.access
        let base = request.path("structure/historique")
        return .page(
            Page(access: access, title: "Historique") { h in
                h.p(.class("soft"), text: "Qui a fait quoi dans cette structure. Cette consultation vient d’y être inscrite.")
                h.filters(action: base, search: nil) {
                    h.dateField(Field("Du", name: "du"), value: filter.from?.description ?? "")
                    h.dateField(Field("Au", name: "au"), value: filter.to?.description ?? "")
                    h.selectField(
                        Field("Personne", name: "personne"), options: people, value: filter.actor?.description ?? "", none: "Toutes")
                }
                if entries.isEmpty {
                    h.empty("Aucune inscription pour ces filtres.", icon: .search)
                } else {
                    table(Array(entries.prefix(pageSize)), directory: directory, request: request, access: access, on: h)
                    if entries.count > pageSize, let last = entries.prefix(pageSize).last {
                        h.p { h.linkButton("Inscriptions plus anciennes", href: "\(base)?avant=\(last.number)\(filter.suffix)") }
                    }
                }
            })
    }

    private static func table(_ entries: [Entry], directory: ModuleDirectory, request: MspRequest, access: Access, on h: HTMLWriter) {
        let columns = ["Date", "Personne", "Action", "Objet", "Par", "Issue"].map { TableColumn($0) }
        h.table("Historique", columns: columns, isDense: true) { table in
            for entry in entries {
                table.row { row in
                    row.title(French.dateTime(access.local(entry.at)))
                    row.cell(actor(entry))
                    row.cell {
                        h.text(AuditWords.action(entry.action))
                        if let detail = entry.detail, detail != "{}" { h.disclosure("Détail") { h.code(text: detail) } }
                    }
                    row.cell { object(entry, directory: directory, request: request, on: h) }
                    row.cell(AuditWords.through[entry.through] ?? entry.through)
                    row.cell { h.chip(AuditWords.outcome[entry.outcome] ?? entry.outcome, tone: entry.outcome == "done" ? .done : .warn) }
                }
            }
        }
    }

    private static func actor(_ entry: Entry) -> String {
        if entry.actor.description.hasPrefix("00000000-0000") { return entry.through == "link" ? "Par un lien personnel" : "Automatique" }
        return entry.name ?? "Compte extérieur à la structure"
    }

    private static func object(_ entry: Entry, directory: ModuleDirectory, request: MspRequest, on h: HTMLWriter) {
        guard let type = entry.type else { return h.span(.class("soft"), text: "—") }
        guard let record = directory.records[type], let object = entry.object else { return h.text(AuditWords.types[type] ?? type) }
        h.a(.href(request.path("\(record.path)/\(object)")), text: record.words.singular)
    }
}
