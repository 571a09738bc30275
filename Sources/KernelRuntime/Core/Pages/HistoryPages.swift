internal import HTML
internal import Kernel
internal import KernelUI

/// The audit trail of the structure. Reading it is itself traced (AUD-07).
enum HistoryPages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [PageRoute(.get, "historique", permission: CorePermissions.readAudit) { try await show($0, directory) }]
    }

    private static let pageSize = 50

    private static func filter(_ query: FormValues) throws -> AuditFilter {
        func day(_ name: String, _ label: String) throws -> CivilDate? {
            guard let text = query[name], !text.isEmpty else { return nil }
            guard let day = CivilDate(text) else {
                throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}\(label)\u{A0}» attend une date.")
            }
            return day
        }
        var filter = AuditFilter(from: try day("du", "Du"), to: try day("au", "Au"))
        if let text = query["personne"], !text.isEmpty {
            guard let id = Identifier(text) else {
                throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}Personne\u{A0}» n’est pas valable.")
            }
            filter.actor = id
        }
        if let text = query["avant"], !text.isEmpty {
            guard let number = Int(text), number > 0 else { throw Refusal.malformed("bad_page", "La page demandée n’est pas valable.") }
            filter.before = number
        }
        return filter
    }

    /// The filters again, for the address of the next page.
    private static func suffix(_ filter: AuditFilter) -> String {
        var out = ""
        if let from = filter.from { out += "&du=\(from)" }
        if let to = filter.to { out += "&au=\(to)" }
        if let actor = filter.actor { out += "&personne=\(actor)" }
        return out
    }

    private static func show(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let filter = try Self.filter(request.web.query)
        let (access, entries, names) = try await AuditTrail.read(request, filter, limit: pageSize)
        let people = try names.map { FieldOption(try $0.decode(0, as: Identifier.self).description, try $0[1]) }
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
                h.p { h.a(.href("\(base)/origine"), text: "Ce qu’une adresse, une session ou un jeton a touché") }
                if entries.isEmpty {
                    h.empty("Aucune inscription pour ces filtres.", icon: .search)
                } else {
                    table(Array(entries.prefix(pageSize)), directory: directory, request: request, access: access, on: h)
                    if entries.count > pageSize, let last = entries.prefix(pageSize).last {
                        h.p { h.linkButton("Inscriptions plus anciennes", href: "\(base)?avant=\(last.number)\(suffix(filter))") }
                    }
                }
            })
    }

    private static func table(_ entries: [AuditRow], directory: ModuleDirectory, request: MspRequest, access: Access, on h: HTMLWriter) {
        let columns = ["Date", "Personne", "Action", "Objet", "Par", "Issue", "Origine"].map { TableColumn($0) }
        h.table("Historique", columns: columns, isDense: true) { table in
            for entry in entries {
                table.row { row in
                    row.title(French.dateTime(access.local(entry.at)))
                    row.cell(actor(entry))
                    row.cell {
                        h.text(directory.acts[entry.action] ?? AuditWords.action(entry.action))
                        let lines = detail(entry, directory, access)
                        if !lines.isEmpty { h.disclosure("Détail") { h.definitionList(lines.map { (label: $0.label, text: $0.text) }) } }
                    }
                    row.cell { object(entry, directory: directory, request: request, on: h) }
                    row.cell(AuditWords.through[entry.through] ?? entry.through)
                    row.cell { h.chip(AuditWords.outcome[entry.outcome] ?? entry.outcome, tone: entry.outcome == "done" ? .done : .warn) }
                    row.cell { origin(entry, request: request, on: h) }
                }
            }
        }
    }

    private static func detail(_ entry: AuditRow, _ directory: ModuleDirectory, _ access: Access) -> [(label: String, text: String)] {
        guard let text = entry.detail else { return [] }
        return AuditDetail(record: entry.type.flatMap { directory.records[$0]?.type }, zone: access.msp.timeZone)
            .lines(text, action: entry.action)
    }

    private static func origin(_ entry: AuditRow, request: MspRequest, on h: HTMLWriter) {
        if let address = entry.address {
            h.a(.href(request.path("structure/historique/origine?adresse=\(QueryText.encoded(address))")), text: address)
            h.text(" ")
        }
        OriginPages.link(entry.credential, request: request, on: h)
    }

    private static func actor(_ entry: AuditRow) -> String {
        if !entry.hasActor { return entry.through == "link" ? "Par un lien personnel" : "Automatique" }
        return entry.name ?? "Compte extérieur à la structure"
    }

    private static func object(_ entry: AuditRow, directory: ModuleDirectory, request: MspRequest, on h: HTMLWriter) {
        guard let type = entry.type else { return h.span(.class("soft"), text: "—") }
        guard let record = directory.records[type], let object = entry.object else { return h.text(AuditWords.types[type] ?? type) }
        h.a(.href(request.path("\(record.path)/\(object)")), text: record.type.words.singular)
    }
}
