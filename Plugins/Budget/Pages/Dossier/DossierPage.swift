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
