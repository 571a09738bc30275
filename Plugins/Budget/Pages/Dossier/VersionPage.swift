import HTML
import Kernel
import KernelUI
import Postgres

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
        return .download(dossier.download { try await request.file($0) })
    }

    /// `GET dossiers/:id/pieces/:rang`: the index is 0, exhibits count from 1.
    func exhibit(_ request: MspRequest) async throws -> PageResponse {
        let dossier = try await Self.stored(request)
        return try await DossierDrawing.exhibit(dossier, request.web.parameters["rang"]) { try await request.file($0) }
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

    func resend(_ request: MspRequest) async throws -> PageResponse {
        let (id, review) = (try request.web.id("id"), try request.web.id("relecture"))
        var reader = FormReader(request.web.form)
        let email = reader.email("email", required: "Indiquez une adresse comme prenom.nom@exemple.fr.")
        try reader.check()
        try await request.write { unit in try await Reviews.resend(review, of: id, email: email, unit) }
        return .redirect(DossierPlaces.dossier(id, request.msp), Message(.done, "Le lien est de nouveau en cours d’envoi."))
    }

    func withdraw(_ request: MspRequest) async throws -> PageResponse {
        let (id, review) = (try request.web.id("id"), try request.web.id("relecture"))
        try await request.write { unit in try await Reviews.withdraw(review, of: id, unit) }
        return .redirect(DossierPlaces.dossier(id, request.msp), Message(.done, "Le lien est retiré."))
    }
}
