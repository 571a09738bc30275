internal import HTML
internal import Kernel
internal import KernelUI

/// What an address, a session or a token touched in this structure: one page, for the seventy-two hours after a breach (PRIV-11).
enum OriginPages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [PageRoute(.get, "historique/origine", permission: CorePermissions.readAudit) { try await show($0, directory) }]
    }

    private static func filter(_ query: FormValues) throws -> OriginFilter {
        func day(_ name: String) throws -> CivilDate? {
            guard let text = query[name], !text.isEmpty else { return nil }
            guard let day = CivilDate(text) else {
                throw Refusal.malformed("bad_filter", "Les filtres «\u{A0}Du\u{A0}» et «\u{A0}Au\u{A0}» attendent une date.")
            }
            return day
        }
        var filter = OriginFilter(from: try day("du"), to: try day("au"))
        if let text = query["adresse"], !text.isEmpty {
            guard let address = Touched.address(text) else {
                throw Refusal.malformed("bad_filter", "Une adresse du réseau s’écrit 192.0.2.1 ou 2001:db8::1.")
            }
            filter.address = address
        }
        if let text = query["session"], !text.isEmpty {
            guard let id = Identifier(text.trimmed) else {
                throw Refusal.malformed("bad_filter", "Le numéro de session ou de jeton n’est pas valable.")
            }
            filter.credential = id
        }
        return filter
    }

    private static func show(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let filter = try Self.filter(request.web.query)
        let (access, rows) = try await Touched.read(request, filter)
        return .page(
            Page(
                access: access, title: "Origine des accès",
                crumbs: [Crumb("Historique", href: request.path("structure/historique"))]
            ) { h in
                h.p(
                    .class("soft"),
                    text: "Tout ce qu’une adresse du réseau, une session ou un jeton a fait, lu ou s’est vu refuser dans cette structure. "
                        + "Cette consultation vient d’être inscrite à l’historique.")
                h.filters(action: request.path("structure/historique/origine"), search: nil) {
                    h.textField(Field("Adresse du réseau", name: "adresse"), value: filter.address ?? "", maxLength: 45)
                    h.textField(Field("Session ou jeton", name: "session"), value: filter.credential?.description ?? "", maxLength: 36)
                    h.dateField(Field("Du", name: "du"), value: filter.from?.description ?? "")
                    h.dateField(Field("Au", name: "au"), value: filter.to?.description ?? "")
                }
                if filter.isEmpty {
                    h.empty(
                        "Indiquez une adresse, une session ou un jeton\u{A0}; l’historique les montre à chaque inscription.", icon: .search)
                } else if rows.isEmpty {
                    h.empty("Rien dans cette structure pour cette origine et ces jours.", icon: .search)
                } else {
                    table(rows, request: request, directory: directory, access: access, on: h)
                }
            })
    }

    private static func table(
        _ rows: [TouchedRow], request: MspRequest, directory: ModuleDirectory, access: Access, on h: HTMLWriter
    ) {
        let columns = ["Date", "Personne", "Action", "Objet", "Issue", "Fois", "Adresse", "Session ou jeton"].map { TableColumn($0) }
        h.table("Origine des accès", columns: columns, isDense: true) { table in
            for entry in rows {
                table.row { row in
                    row.title(French.dateTime(access.local(entry.at)))
                    row.cell(entry.name ?? (entry.actor == nil ? "Personne connue" : "Compte extérieur à la structure"))
                    row.cell(entry.kind == "act" ? AuditWords.action(entry.action) : entry.action)
                    row.cell {
                        guard let type = entry.type else { return h.span(.class("soft"), text: "—") }
                        guard let record = directory.records[type], let object = entry.object else {
                            return h.text(AuditWords.types[type] ?? type)
                        }
                        h.a(.href(request.path("\(record.path)/\(object)")), text: record.type.words.singular)
                    }
                    row.cell { h.chip(AuditWords.outcome[entry.outcome] ?? entry.outcome, tone: entry.outcome == "done" ? .done : .warn) }
                    row.cell("\(entry.times)")
                    row.cell(entry.address ?? "—")
                    row.cell { link(entry.credential, request: request, on: h) }
                }
            }
        }
    }

    /// The session or token of an entry, as a way to all that it touched.
    static func link(_ credential: Identifier?, request: MspRequest, on h: HTMLWriter) {
        guard let credential else { return h.span(.class("soft"), text: "—") }
        h.a(.href(request.path("structure/historique/origine?session=\(credential)")), text: "…\(credential.description.suffix(6))")
    }
}
