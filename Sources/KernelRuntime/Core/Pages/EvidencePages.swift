internal import HTML
internal import Kernel
internal import KernelUI

/// The evidence ledger: what was done, sealed, with its exhibits and the state of the chain.
enum EvidencePages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [
            PageRoute(.get, "preuves", permission: CorePermissions.readEvidence) { try await list($0, directory) },
            PageRoute(.get, "preuves/:numero", permission: CorePermissions.readEvidence) { try await show($0, directory) },
        ]
    }

    private static let pageSize = 50

    // MARK: List

    private static func list(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let year = try year(request.web.query["annee"])
        let page = try page(request.web.query["page"])
        let reading = try await request.read(
            EvidenceLedger.page(request.msp.id, year: year, size: pageSize, number: page),
            EvidenceLedger.count(request.msp.id, year: year),
            Query("select distinct year from kernel.evidence where msp_id = $1 order by year desc", .id(request.msp.id)),
            EvidenceLedger.faults(request.msp.id))
        let entries = try reading.results[0].map(EvidenceRow.init(row:))
        let total = try reading.results[1].scalar(as: Int.self)
        let years: [Int] = try reading.results[2].map { try $0[0] }
        let faults = reading.results[3].count
        let access = reading.access
        let base = request.path("structure/preuves")
        return .page(
            Page(
                access: access, title: "Preuves", head: { h in h.fact(nil, French.plural(total, "preuve", "preuves")) },
                side: { h in chain(faults: faults, now: access.local(request.web.now), on: h) }
            ) { h in
                h.filters(action: base, search: nil) {
                    h.selectField(
                        Field("Année", name: "annee"), options: years.map { FieldOption("\($0)", "\($0)") },
                        value: year.map(String.init) ?? "",
                        none: "Toutes")
                }
                if entries.isEmpty {
                    h.empty("Une preuve est inscrite ici d’elle-même quand une réunion est close ou un document approuvé.", icon: .seal)
                } else {
                    table(entries, directory: directory, access: access, base: base, on: h)
                    h.pager(pager(total: total, page: page, year: year, base: base))
                }
            })
    }

    private static func chain(faults: Int, now: LocalTime, on h: HTMLWriter) {
        h.card("État du registre") {
            if faults == 0 {
                h.p { h.chip("Intègre", tone: .done) }
                h.p(text: "Chaque preuve porte l’empreinte de la précédente. L’ensemble vient d’être vérifié, le \(French.dateTime(now)).")
            } else {
                h.p { h.chip("Altéré", tone: .stop) }
                h.p(
                    text:
                        "\(French.plural(faults, "anomalie", "anomalies")) dans la chaîne. Prévenez l’exploitant du service sans rien modifier."
                )
            }
        }
    }

    private static func table(_ entries: [EvidenceRow], directory: ModuleDirectory, access: Access, base: String, on h: HTMLWriter) {
        let columns = [
            TableColumn("Preuve"), TableColumn("Nature"), TableColumn("Date"), TableColumn("Année"), TableColumn("Pièces", .number),
            TableColumn("Sceau"),
        ]
        h.table("Registre des preuves", columns: columns) { table in
            for entry in entries {
                table.row { row in
                    row.title("n°\u{A0}\(entry.number) \(entry.title)", href: "\(base)/\(entry.number)")
                    row.cell(directory.evidenceLabels[entry.kind] ?? entry.kind)
                    row.cell(French.date(access.local(entry.occurred).date))
                    row.cell("\(entry.year)")
                    row.cell("\(entry.exhibits.count)")
                    row.cell { h.code(.title(entry.hash), text: String(entry.hash.prefix(8))) }
                }
            }
        }
    }

    private static func pager(total: Int, page: Int, year: Int?, base: String) -> Pager {
        func href(_ page: Int) -> String { "\(base)?page=\(page)" + (year.map { "&annee=\($0)" } ?? "") }
        let last = max(1, (total + pageSize - 1) / pageSize)
        return Pager(
            position: Pager.position(first: (page - 1) * pageSize + 1, last: min(page * pageSize, total), total: total),
            previousHref: page > 1 ? href(page - 1) : nil, nextHref: page < last ? href(page + 1) : nil)
    }

    /// A wrong filter is said, never ignored (ui-conventions 3.2).
    private static func year(_ text: String?) throws -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard let year = LedgerYear.read(text) else {
            throw Refusal.malformed("bad_filter", "Le filtre «\u{A0}Année\u{A0}» attend une année, par exemple 2026.")
        }
        return year
    }

    private static func page(_ text: String?) throws -> Int {
        guard let text, !text.isEmpty else { return 1 }
        guard let page = Int(text), (1...100_000).contains(page) else {
            throw Refusal.malformed("bad_page", "Le numéro de page n’est pas valable.")
        }
        return page
    }

    // MARK: One entry

    private static func show(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let number = try EvidenceLedger.number(request.web.parameters["numero"])
        let reading = try await request.read(
            EvidenceLedger.one(request.msp.id, number), EvidenceLedger.corrections(request.msp.id, of: number))
        guard let entry = try reading.results[0].first.map(EvidenceRow.init(row:)) else { throw Refusal.notFound }
        let corrections: [Int] = try reading.results[1].map { try $0[0] }
        let access = reading.access
        let base = request.path("structure/preuves")
        let subject = directory.records[entry.subjectType]
        return .page(
            Page(
                access: access, title: "Preuve n°\u{A0}\(number)", crumbs: [Crumb("Preuves", href: base)],
                head: { h in h.fact(nil, directory.evidenceLabels[entry.kind] ?? entry.kind) },
                side: { h in h.seal(date: French.longDateTime(access.local(entry.recorded)), digest: entry.hash) }
            ) { h in
                for correction in corrections {
                    h.message(tone: .warn) {
                        h.text("Une correction a été inscrite\u{A0}: ")
                        h.a(.href("\(base)/\(correction)"), text: "preuve n°\u{A0}\(correction)")
                    }
                }
                h.card {
                    h.definitionList([
                        Definition("Objet") { h in
                            if let subject {
                                h.a(.href(request.path("\(subject.path)/\(entry.subject)")), text: entry.title)
                            } else {
                                h.text(entry.title)
                            }
                        },
                        Definition("Fait le", French.longDateTime(access.local(entry.occurred))),
                        Definition("Inscrite le", French.longDateTime(access.local(entry.recorded))), Definition("Par", entry.actor),
                        Definition("Compte pour l’année", "\(entry.year)"),
                        Definition("Indicateurs", entry.indicators.joined(separator: ", ")),
                        Definition("Corrige") { h in
                            if let corrected = entry.corrects {
                                h.a(.href("\(base)/\(corrected)"), text: "preuve n°\u{A0}\(corrected)")
                            } else {
                                h.span(.class("soft"), text: "—")
                            }
                        },
                        Definition("Empreinte") { h in h.code(text: entry.hash) },
                    ])
                }
                exhibits(entry.exhibits, request: request, mayRead: access.can(CorePermissions.readFiles), on: h)
            })
    }

    private static func exhibits(_ exhibits: [JSONValue], request: MspRequest, mayRead: Bool, on h: HTMLWriter) {
        h.card("Pièces", count: exhibits.count) {
            if exhibits.isEmpty { return h.p(.class("soft"), text: "Aucune pièce.") }
            h.table("Pièces", columns: [TableColumn("Pièce"), TableColumn("Taille", .number), TableColumn("Empreinte SHA-256")]) { table in
                for exhibit in exhibits {
                    let file = exhibit["file"]?.stringValue.flatMap(Identifier.init)
                    table.row { row in
                        row.title(
                            exhibit["title"]?.stringValue ?? "Pièce",
                            href: mayRead ? file.map { request.path("structure/fichiers/\($0)") } : nil)
                        row.cell(exhibit["size"]?.intValue.map(French.fileSize))
                        row.cell { h.code(text: exhibit["sha256"]?.stringValue ?? "") }
                    }
                }
            }
        }
    }
}
