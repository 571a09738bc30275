import HTML
import Kernel
import KernelUI
import Postgres

/// Who from outside may read a sealed version, and what they looked at.
struct ReviewDrawing {
    let dossier: StoredDossier
    let reviews: [StoredReview]
    let access: Access
    let now: Instant
    let form: FormValues
    let faults: [FieldFault]

    func draw(_ html: HTMLWriter) {
        html.card("Relectures extérieures", count: reviews.count) {
            if reviews.isEmpty {
                html.p(.class("soft"), text: "Personne de l’extérieur n’a encore reçu ce dossier.")
            }
            for review in reviews { one(review, html) }
            if access.can(DossierPermissions.share) { invite(html) }
        }
    }

    private func one(_ review: StoredReview, _ html: HTMLWriter) {
        let state = review.state(now)
        html.h3(text: review.reviewer)
        html.p {
            switch state {
            case .open: html.chip("Ouvert", tone: .done)
            case .expired: html.chip("Expiré", tone: .soft)
            case .withdrawn: html.chip("Retiré", tone: .stop)
            }
            html.text(" ")
            if state == .open { html.mailChip(review.mail?.state) }
            html.text(" ")
            html.span(
                .class("soft"),
                text: "\(review.email), jusqu’au \(French.longDateTime(access.local(review.expiresAt))), ouvert par \(review.openedBy)")
        }
        if state == .open, let mail = review.mail, mail.state.hasFailed, access.can(DossierPermissions.share) {
            html.resendForm(
                action: DossierPlaces.dossier(dossier.id, access.msp, "relectures/\(review.id)/renvoyer"), csrf: access.csrf,
                email: review.email, reply: mail.reply, id: review.id.description)
        }
        if review.looks.isEmpty {
            html.p(.class("soft"), text: "Aucune consultation.")
        } else {
            html.timeline(review.looks.map { TimelineEntry(when: French.dateTime(access.local($0.at)), $0.what) })
        }
        if state == .open, access.can(DossierPermissions.share) {
            html.postButton(
                "Retirer le lien", action: DossierPlaces.dossier(dossier.id, access.msp, "relectures/\(review.id)/retirer"),
                csrf: access.csrf, kind: .stop, size: .small, .aria(.label, "Retirer le lien de \(review.reviewer)"))
        }
    }

    private func invite(_ html: HTMLWriter) {
        func error(_ name: String) -> String? { faults.first { $0.field == name }?.message }
        html.details(.class("details"), .open(!faults.isEmpty)) {
            html.summary(text: "Faire relire par une personne extérieure")
            html.postForm(action: DossierPlaces.dossier(dossier.id, access.msp, "relectures"), csrf: access.csrf, changes: false) {
                html.textField(
                    Field(
                        "Qui relit", name: "reviewer", help: "Nom et structure, par exemple la chargée de mission de la fédération.",
                        error: error("reviewer"), required: true), value: form["reviewer"] ?? "", maxLength: 120)
                html.emailField(
                    Field("Adresse de messagerie", name: "email", error: error("email"), required: true), value: form["email"] ?? "",
                    autocomplete: "off")
                html.numberField(
                    Field("Pendant combien de jours", name: "days", error: error("days"), required: true), value: form["days"] ?? "14",
                    unit: "jours", isWhole: true)
                html.p(
                    .class("field__help"),
                    text: "Le lien s’ouvre sans compte. Chaque consultation est enregistrée et montrée ici\u{A0}; vous pouvez le retirer.")
                html.formActions(submit: "Envoyer le lien")
            }
        }
    }
}

/// The reviewer's pages: the list, each exhibit, the whole. Every look is written down before anything is shown.
enum ReviewLink {
    static let routes: [LinkRoute] = [
        LinkRoute(.get, purpose: Reviews.purpose, handle: show),
        LinkRoute(.get, purpose: Reviews.purpose, path: "pieces/:rang", handle: exhibit),
        LinkRoute(.get, purpose: Reviews.purpose, path: "archive", handle: archive),
    ]

    private struct Opened: Sendable {
        let access: Access
        let reviewer: String
        let expiresAt: Instant
        let dossier: StoredDossier
    }

    /// Lets the reader in and traces the look, or answers that the link has ended.
    private static func look(
        _ request: LinkRequest, _ what: @escaping @Sendable (StoredDossier) throws -> String
    ) async throws -> (opened: Opened?, ended: BarePage?) {
        let (now, subject) = (request.web.now, request.subject)
        let found = try await request.write { unit -> (Opened?, String?, Instant?) in
            let rows = try await unit.one(
                Query(
                    """
                    select reviewer, expires_at, withdrawn_at, dossier_id, opened_by from budget.review where msp_id = $1 and id = $2
                    """, .id(unit.msp), .id(subject)))
            guard let row = rows.first else { throw Refusal.notFound }
            let (expires, withdrawn): (Instant, Instant?) = (try row[1], try row[2])
            guard withdrawn == nil, expires > now else { return (nil, try row[4], withdrawn == nil ? expires : nil) }
            let dossiers = try await unit.one(StoredDossier.one(unit.msp, try row[3]))
            guard let line = dossiers.first else { throw Refusal.notFound }
            let dossier = try StoredDossier(line)
            unit.enqueue(
                Query(
                    "insert into budget.review_look (msp_id, id, review_id, at, what) values ($1, $2, $3, $4, $5)", .id(unit.msp),
                    .id(.make(at: now)), .id(subject), .instant(now), .text(String(try what(dossier).prefix(200)))))
            return (Opened(access: unit.access, reviewer: try row[0], expiresAt: expires, dossier: dossier), nil, nil)
        }
        if let opened = found.0 { return (opened, nil) }
        let msp = request.msp
        return (nil, ended(msp, openedBy: found.1 ?? "", at: found.2))
    }

    /// The link has ended: said in words, with whom to ask.
    private static func ended(_ msp: MspHandle, openedBy: String, at: Instant?) -> BarePage {
        let title = at == nil ? "Ce lien a été retiré" : "Ce lien a expiré"
        return BarePage(title: title, status: 410) { html in
            html.h1(text: title)
            if let at {
                html.p(
                    text:
                        "Il permettait de lire un dossier de \(msp.name) jusqu’au \(French.longDateTime(LocalTime(at, zone: msp.timeZone)))."
                )
            } else {
                html.p(text: "\(msp.name) a mis fin à cette relecture.")
            }
            html.p(text: "Pour un nouveau lien, adressez-vous à \(openedBy) (\(msp.name)).")
        }
    }

    private static func show(_ request: LinkRequest) async throws -> PageResponse {
        let (opened, ended) = try await look(request) { _ in "Liste des pièces" }
        if let ended { return .bare(ended) }
        guard let opened else { throw Refusal.notFound }
        let (dossier, access) = (opened.dossier, opened.access)
        let base = "/l/\(Reviews.purpose)/\(request.token)"
        return .bare(
            BarePage(title: dossier.title) { html in
                html.p(.class("soft"), text: access.msp.name)
                html.h1(text: dossier.title)
                html.message(
                    "\(opened.reviewer), vous pouvez lire ce dossier jusqu’au \(French.longDateTime(access.local(opened.expiresAt))). Chaque consultation est enregistrée et visible par \(access.msp.name).",
                    tone: .note)
                if let at = dossier.sealedAt {
                    html.seal("Dossier scellé", date: French.longDateTime(access.local(at)), digest: dossier.sha256)
                }
                html.p {
                    html.linkButton(
                        "Télécharger le dossier (zip, \(French.fileSize(dossier.size)))", href: "\(base)/archive", icon: .download)
                }
                DossierDrawing.rows(dossier, html) { "\(base)/pieces/\($0)" }
            })
    }

    private static func exhibit(_ request: LinkRequest) async throws -> PageResponse {
        let rank = request.web.parameters["rang"]
        let (opened, ended) = try await look(request) { dossier in
            let entry = try DossierDrawing.entry(dossier, rank)
            let row = dossier.rows.first { $0.entry == entry }
            return row.map { "\($0.indicator), pièce \($0.number)\u{A0}: \($0.title)" } ?? "Index du dossier"
        }
        if let ended { return .bare(ended) }
        guard let opened else { throw Refusal.notFound }
        return try await DossierDrawing.exhibit(opened.dossier, rank) { try await request.file($0) }
    }

    private static func archive(_ request: LinkRequest) async throws -> PageResponse {
        let (opened, ended) = try await look(request) { _ in "Dossier complet (zip)" }
        if let ended { return .bare(ended) }
        guard let opened else { throw Refusal.notFound }
        return .download(opened.dossier.download { try await request.file($0) })
    }
}
