import HTML
import Kernel
import KernelUI
import Postgres

/// « Dossier ACI » of an exercise: what still blocks, the preparation, the sealed versions.
struct DossierPage: Sendable {
    let years: AciYears

    /// `GET dossier`: the latest exercise's own page.
    func latest(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read(
            Query(
                """
                select id from budget.aci_year where msp_id = $1 and archived_at is null
                order by (state in ('CLOSED', 'PAID')), exercise desc limit 1
                """, .id(request.msp.id)))
        if let row = reading.results[0].first { return .redirect(DossierPlaces.year(try row[0], "dossier", request.msp), nil) }
        let access = reading.access
        return .page(
            Page(
                access: access, title: "Dossier ACI",
                body: { html in
                    html.empty("Le dossier rassemble les justificatifs d’un exercice du contrat.") {
                        html.linkButton("Voir les exercices", href: access.msp.path("budget/annees"))
                    }
                }))
    }

    func show(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, year, more) = try await DossierYear.read(
            request, id, years, [StoredDossier.all(request.msp.id, year: id), DossierDrift.query(request.msp.id, year: id)])
        let dossiers = try more[0].map(StoredDossier.init)
        let drift = try DossierDrift(more[1], year)
        let (blockers, now) = (year.blockers, request.web.now)
        return .page(
            Page(
                access: access, title: "Dossier ACI \(year.exercise)", crumbs: DossierPlaces.crumbs(year, access.msp),
                head: { html in html.fact("Pièces", "\(year.match.present) sur \(year.match.wanted)") },
                actions: { html in actions(year, blockers, dossiers, access, html) },
                body: { html in
                    if let drift { DossierDrawing.drift(drift, html) }
                    gaps(blockers, year, access, html)
                    versions(dossiers, now, access, html)
                }))
    }

    private func actions(
        _ year: DossierYear, _ blockers: [Blocker], _ dossiers: [StoredDossier], _ access: Access, _ html: HTMLWriter
    ) {
        // A prepared version waits for whoever may seal it: that is the main act.
        let waiting = access.can(DossierPermissions.seal) ? dossiers.first { $0.state == .prepared } : nil
        if let waiting {
            html.linkButton(
                "Sceller le dossier", href: DossierPlaces.dossier(waiting.id, access.msp, "sceller"), kind: .main, icon: .seal)
        }
        if blockers.isEmpty, access.can(DossierPermissions.prepare) {
            let kind: ButtonKind = waiting == nil ? .main : .plain
            if year.warnings.isEmpty {
                html.postButton(
                    "Préparer le dossier", action: DossierPlaces.year(year.id, "dossier", access.msp), csrf: access.csrf, kind: kind,
                    icon: .seal, .data("wait", Self.waiting))
            } else {
                html.linkButton(
                    "Préparer le dossier", href: DossierPlaces.year(year.id, "dossier/preparer", access.msp), kind: kind, icon: .seal)
            }
        }
        html.linkButton("Pièces", href: DossierPlaces.year(year.id, "pieces", access.msp), icon: .document)
        html.linkButton("Aide à la saisie", href: DossierPlaces.year(year.id, "aide-a-la-saisie", access.msp), icon: .edit)
    }

    /// Printing the index and reading every piece takes some seconds: said in the button while it lasts.
    private static let waiting = "Préparation en cours, quelques secondes…"

    private func gaps(_ blockers: [Blocker], _ year: DossierYear, _ access: Access, _ html: HTMLWriter) {
        warn(year, access, html)
        if blockers.isEmpty {
            if !year.warnings.isEmpty { return }
            html.message(
                "Rien ne manque. La coordination prépare le dossier, la gérance le scelle\u{A0}: il ne change plus ensuite.", tone: .done)
            return
        }
        html.card("Ce qui empêche de sceller", count: blockers.count) {
            html.ul {
                for blocker in blockers {
                    html.li {
                        if let href = DossierPlaces.mending(blocker.place, year.id, access) {
                            html.a(.href(href), text: blocker.text)
                        } else {
                            html.text(blocker.text)
                        }
                    }
                }
            }
            html.p {
                html.linkButton("Compléter les pièces", href: DossierPlaces.year(year.id, "pieces", access.msp), kind: .main)
            }
        }
    }

    /// Indicators with money whose meetings have no file in the dossier: told before, while preparing, and at the sealing.
    private func warn(_ year: DossierYear, _ access: Access, _ html: HTMLWriter) {
        guard !year.warnings.isEmpty else { return }
        html.card("À savoir avant de préparer", count: year.warnings.count) {
            html.ul { for warning in year.warnings { html.li(text: warning) } }
            html.p {
                html.linkButton("Joindre, choisir ou n’en joindre aucune", href: DossierPlaces.year(year.id, "pieces", access.msp))
            }
        }
    }

    /// `GET aci/:id/dossier/preparer`: what will be missing, before it is.
    func askPrepare(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, year, _) = try await DossierYear.read(request, id, years)
        return .page(
            Page(
                access: access, title: "Préparer le dossier \(year.exercise)",
                crumbs: [Crumb("Dossier \(year.exercise)", href: DossierPlaces.year(id, "dossier", access.msp))],
                body: { html in
                    html.confirmation(
                        "Préparer le dossier ACI \(year.exercise) sans ces feuilles\u{202F}?",
                        action: DossierPlaces.year(id, "dossier", access.msp), csrf: access.csrf, submit: "Préparer sans ces feuilles",
                        cancelHref: DossierPlaces.year(id, "pieces", access.msp), consequences: year.warnings,
                        fields: [("sans", "1")], waiting: Self.waiting)
                }))
    }

    private func versions(_ dossiers: [StoredDossier], _ now: Instant, _ access: Access, _ html: HTMLWriter) {
        html.card("Versions", count: dossiers.count) {
            guard !dossiers.isEmpty else {
                return html.p(.class("soft"), text: "Aucun dossier n’est encore préparé pour cet exercice.")
            }
            html.table(
                "Versions du dossier",
                columns: [
                    TableColumn("Version"), TableColumn("État"), TableColumn("Pièces", .number), TableColumn("Taille", .number),
                    TableColumn("Date"), TableColumn("Empreinte"),
                ]
            ) { table in
                for dossier in dossiers {
                    table.row { row in
                        row.title(dossier.title, href: DossierPlaces.dossier(dossier.id, access.msp))
                        row.cell {
                            html.chip(dossier.state == .sealed ? "Scellé" : "À sceller", tone: dossier.state == .sealed ? .done : .warn)
                        }
                        row.cell("\(dossier.rows.count)")
                        row.cell(French.fileSize(dossier.size))
                        row.cell(French.longDateTime(access.local(dossier.sealedAt ?? dossier.preparedAt)))
                        row.cell(String(dossier.sha256.prefix(8)))
                    }
                }
            }
        }
    }

    /// `POST aci/:id/dossier`
    func prepare(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        do {
            let dossier = try await Sealing.prepare(request, year: id, knowing: request.web.form["sans"] == "1", years)
            return .redirect(
                DossierPlaces.dossier(dossier, request.msp), Message(.done, "Le dossier est préparé. La gérance peut le sceller."))
        } catch let refusal as Refusal where refusal.status == 409 {
            return .redirect(DossierPlaces.year(id, "dossier", request.msp), Message(.stop, refusal.message))
        }
    }
}

/// One version of the dossier: its exhibits, its seal, who read it from outside.
struct VersionPage: Sendable {
    let years: AciYears

    func show(_ request: MspRequest) async throws -> PageResponse { try await page(request, FormValues(), [], 200) }

    private func page(_ request: MspRequest, _ form: FormValues, _ faults: [FieldFault], _ status: Int) async throws -> PageResponse {
        let id = try request.web.id("id")
        let reading = try await request.read(
            all: [StoredDossier.one(request.msp.id, id)] + StoredReview.queries(request.msp.id, dossier: id))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let (access, dossier) = (reading.access, try StoredDossier(row))
        let reviews = try StoredReview.read(reading.results.dropFirst())
        let now = request.web.now
        return .page(
            Page(
                access: access, title: dossier.title,
                crumbs: [Crumb("Dossier \(dossier.exercise)", href: DossierPlaces.year(dossier.year, "dossier", access.msp))],
                status: status,
                head: { html in
                    html.chip(dossier.state == .sealed ? "Scellé" : "À sceller", tone: dossier.state == .sealed ? .done : .warn)
                    html.fact("Pièces", "\(dossier.rows.count)")
                    html.fact("Taille", French.fileSize(dossier.size))
                },
                actions: { html in
                    if dossier.state == .prepared, access.can(DossierPermissions.seal) {
                        html.linkButton(
                            "Sceller le dossier", href: DossierPlaces.dossier(id, access.msp, "sceller"), kind: .main, icon: .seal)
                    }
                    html.linkButton("Télécharger (zip)", href: DossierPlaces.dossier(id, access.msp, "archive"), icon: .download)
                },
                body: { html in
                    html.errorSummary(faults)
                    if dossier.state == .prepared {
                        html.message(
                            "Préparé le \(French.longDateTime(access.local(dossier.preparedAt))) par \(dossier.preparedBy). Relisez-le, puis la gérance le scelle.",
                            tone: .note)
                    } else if let at = dossier.sealedAt {
                        html.seal(
                            "Scellé par \(dossier.sealedBy ?? "")", date: French.longDateTime(access.local(at)), digest: dossier.sha256,
                            href: dossier.evidence.flatMap { access.readsEvidence ? $0 : nil }.map {
                                access.msp.path("structure/preuves/\($0)")
                            })
                        html.p(
                            .class("soft"),
                            text: "Ce dossier ne change plus. Une correction se prépare à partir des pièces et donne une nouvelle version.")
                    }
                    DossierDrawing.rows(dossier, html) { DossierPlaces.dossier(id, access.msp, "pieces/\($0)") }
                    if dossier.state == .sealed {
                        ReviewDrawing(dossier: dossier, reviews: reviews, access: access, now: now, form: form, faults: faults).draw(html)
                    }
                }))
    }

    // MARK: Acts

    func askSeal(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let dossier = try await Self.stored(request)
        guard dossier.state == .prepared else { throw Refusal.conflict("state", "Ce dossier est déjà scellé.") }
        let (access, year, _) = try await DossierYear.read(request, dossier.year, years)
        return .page(
            Page(
                access: access, title: "Sceller le dossier \(dossier.exercise)",
                crumbs: [Crumb(dossier.title, href: DossierPlaces.dossier(id, access.msp))],
                body: { html in
                    html.confirmation(
                        "Sceller le dossier ACI \(dossier.exercise)\u{202F}?", action: DossierPlaces.dossier(id, access.msp, "sceller"),
                        csrf: access.csrf, submit: "Sceller", cancelHref: DossierPlaces.dossier(id, access.msp),
                        consequences: [
                            "\(French.plural(dossier.rows.count, "pièce", "pièces")), \(French.fileSize(dossier.size)), empreinte \(dossier.sha256.prefix(8)).",
                            "Le dossier reçoit son numéro de version et ne change plus.",
                            "Il est inscrit au registre des preuves sous votre nom.",
                        ] + year.warnings + year.excesses.map(\.explained))
                }))
    }

    func seal(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let years = years
        let number = try await request.write { unit in try await Sealing.seal(id, years, unit) }
        return .redirect(DossierPlaces.dossier(id, request.msp), Message(.done, "Le dossier est scellé\u{A0}: version \(number)."))
    }

    func archive(_ request: MspRequest) async throws -> PageResponse {
        let dossier = try await Self.stored(request)
        return .download(dossier.download({ try await request.read($0).results[0] }, msp: request.msp.id))
    }

    /// `GET dossiers/:id/pieces/:rang`: the index is 0, exhibits count from 1.
    func exhibit(_ request: MspRequest) async throws -> PageResponse {
        let dossier = try await Self.stored(request)
        return try await DossierDrawing.exhibit(dossier, request.web.parameters["rang"]) { entry in
            try await request.read(DossierArchive.file(request.msp.id, entry.file)).results[0]
        }
    }

    static func stored(_ request: MspRequest) async throws -> StoredDossier {
        let reading = try await request.read(StoredDossier.one(request.msp.id, try request.web.id("id")))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        return try StoredDossier(row)
    }

    func share(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        do {
            let invitation = try Reviews.Invitation(form)
            _ = try await request.write { unit in try await Reviews.open(id, to: invitation, unit) }
            return .redirect(
                DossierPlaces.dossier(id, request.msp),
                Message(.done, "Le lien part à \(invitation.reviewer). Chaque consultation apparaîtra sur cette page."))
        } catch let refusal as Refusal where refusal.status == 422 {
            return try await page(request, form, refusal.faults, 422)
        }
    }

    func withdraw(_ request: MspRequest) async throws -> PageResponse {
        let (id, review) = (try request.web.id("id"), try request.web.id("relecture"))
        try await request.write { unit in try await Reviews.withdraw(review, unit) }
        return .redirect(DossierPlaces.dossier(id, request.msp), Message(.done, "Le lien est retiré."))
    }
}

/// What the MSP's page and the reviewer's page show alike.
enum DossierDrawing {
    /// What changed since the sealed version: never silence.
    static func drift(_ drift: DossierDrift, _ html: HTMLWriter) {
        guard !drift.changes.isEmpty else { return }
        html.card("Changé depuis la version \(drift.number)", count: drift.changes.count) {
            html.p(text: "Le dossier scellé reste ce qu’il est. Préparez une nouvelle version pour que ces changements y soient.")
            html.ul { for change in drift.changes.prefix(40) { html.li(text: change) } }
        }
    }

    /// The exhibits by indicator.
    static func rows(_ dossier: StoredDossier, _ html: HTMLWriter, href: @escaping (Int) -> String) {
        html.card("Contenu") {
            html.p {
                html.a(.href(href(0)), text: "Index du dossier (PDF)")
                html.text(", ")
                html.span(.class("soft"), text: French.fileSize(dossier.index.size))
            }
            html.table(
                "Pièces du dossier",
                columns: [TableColumn("Pièce"), TableColumn("Indicateur"), TableColumn("N°", .number), TableColumn("Taille", .number)]
            ) { table in
                for (rank, line) in dossier.rows.enumerated() {
                    table.row { row in
                        row.title(line.title, href: href(rank + 1))
                        row.cell("\(line.indicator) – \(line.label)")
                        row.cell("\(line.number)")
                        row.cell(French.fileSize(line.entry.size))
                    }
                }
            }
        }
    }

    /// The file behind a rank of the page, checked against the sealed digest.
    static func exhibit(
        _ dossier: StoredDossier, _ rank: String?, read: (DossierArchive.Entry) async throws -> ResultSet
    ) async throws -> PageResponse {
        let entry = try entry(dossier, rank)
        guard let row = try await read(entry).first else { throw Refusal.notFound }
        let bytes: [UInt8] = try row[0]
        guard Digest.hex(Digest.sha256(bytes)) == entry.sha256 else {
            throw Refusal.conflict("altered", "Ce fichier ne correspond plus à son empreinte. Prévenez l’exploitant du service.")
        }
        let name = entry.path.text.split(separator: "/").last.map(String.init) ?? entry.path.text
        return .file(bytes: bytes, mediaType: ExhibitKind.named(name)?.mediaType ?? "application/octet-stream", name: name, inline: true)
    }

    static func entry(_ dossier: StoredDossier, _ rank: String?) throws(Refusal) -> DossierArchive.Entry {
        guard let rank, let number = Int(rank), "\(number)" == rank, (0...dossier.rows.count).contains(number) else { throw .notFound }
        return number == 0 ? dossier.index : dossier.rows[number - 1].entry
    }
}
