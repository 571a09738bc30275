import Kernel
import KernelUI
import Postgres

/// A sealed dossier opened to somebody from outside, by a personal link that ends.
enum Reviews {
    /// Purpose of the link; its subject is a review.
    static let purpose = "relecture-aci"
    /// How many days a link may live.
    static let days = 1...60
    /// After its end a link still says that it has ended, for this long.
    private static let farewell = 30 * 86_400

    /// Who is invited, and for how long.
    struct Invitation: Sendable {
        let reviewer: String
        let email: String
        let days: Int

        /// Reads `reviewer`, `email` and `days`; all faults are told at once.
        init(_ form: FormValues) throws(Refusal) {
            var reader = FormReader(form)
            let reviewer = reader.line("reviewer", max: 120, required: "Indiquez qui relit\u{A0}: nom et structure.")
            let email = reader.email("email", required: "Indiquez une adresse comme prenom.nom@exemple.fr.")
            let days = reader.integer("days", in: Reviews.days, required: "Indiquez pendant combien de jours.")
            guard let reviewer, let email, let days else { throw reader.refusal }
            (self.reviewer, self.email, self.days) = (reviewer, email, days)
        }
    }

    /// Opens a dossier to an address and sends the link there. The link is in the mail alone.
    static func open(_ dossier: Identifier, to invitation: Invitation, _ unit: WriteUnit) async throws -> Identifier {
        let (reviewer, email, days) = (invitation.reviewer, invitation.email, invitation.days)
        let rows = try await unit.one(
            Query(
                """
                select d.state, d.number, y.exercise from budget.dossier d
                join budget.aci_year y on y.msp_id = d.msp_id and y.id = d.year_id
                where d.msp_id = $1 and d.id = $2 and d.state <> 'DROPPED'
                """, .id(unit.msp), .id(dossier)))
        guard let row = rows.first else { throw Refusal.notFound }
        guard (try row[0] as String) == StoredDossier.State.sealed.rawValue else {
            throw Refusal.conflict("not_sealed", "Seul un dossier scellé peut être relu de l’extérieur.")
        }
        let (number, exercise): (Int, Int) = (try row[1], try row[2])
        let id = Identifier.make(at: unit.now)
        let expires = unit.now.adding(seconds: days * 86_400)
        unit.enqueue(
            Query(
                """
                insert into budget.review (msp_id, id, dossier_id, reviewer, email, opened_at, opened_by, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                """, .id(unit.msp), .id(id), .id(dossier), .text(reviewer), .text(email), .instant(unit.now),
                .text(unit.access.displayName), .instant(expires)))
        mail(key: key(id), to: reviewer, email: email, exercise: exercise, number: number, expires: expires, review: id, unit)
        try unit.trace(
            "share", of: StoredDossier.thing, on: dossier,
            [("reviewer", .string(reviewer)), ("email", .string(email)), ("expires_at", .string(expires.iso8601))])
        return id
    }

    /// Withdraws a link at once. Doing it twice changes nothing and leaves no second trace.
    /// - Parameter dossier: the one in the address, which the review must belong to.
    static func withdraw(_ id: Identifier, of dossier: Identifier? = nil, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                "select dossier_id, withdrawn_at is not null from budget.review where msp_id = $1 and id = $2 for update", .id(unit.msp),
                .id(id)))
        guard let row = rows.first, try belongs(row[0], to: dossier) else { throw Refusal.notFound }
        guard try !(row[1] as Bool) else { return }
        unit.enqueue(
            Query("update budget.review set withdrawn_at = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(id), .instant(unit.now)))
        try unit.trace("unshare", of: StoredDossier.thing, on: try row[0], [("review", .string(id.description))])
    }

    private static func belongs(_ own: Identifier, to dossier: Identifier?) -> Bool { dossier.map { $0 == own } ?? true }

    private static func key(_ id: Identifier) -> String { "budget.review:\(id)" }

    private static func mail(
        key: String, to reviewer: String, email: String, exercise: Int, number: Int, expires: Instant, review: Identifier, _ unit: WriteUnit
    ) {
        let msp = unit.access.msp
        let end = French.longDateTime(unit.access.local(expires))
        unit.mail(
            MailLayout.notice(
                key: key, to: email, name: reviewer, subject: "Dossier à relire – \(msp.name)",
                sentence:
                    "\(msp.name) vous ouvre son dossier de pièces justificatives \(exercise), version \(number), pour relecture. Vous pouvez le lire jusqu’au \(end).",
                link: unit.link(purpose: purpose, subject: review, expires: expires.adding(seconds: farewell)), button: "Lire le dossier",
                foot: [
                    "Vous recevez ce message parce que \(msp.name) vous a choisi·e pour relire ce dossier.",
                    "Ce lien vous est personnel\u{A0}: ne transférez pas ce message. Chaque consultation est enregistrée et visible par la structure.",
                ]))
    }

    /// Corrects the address of a reviewer whose mail did not arrive, and sends the link there.
    /// - Parameter dossier: the one in the address, which the review must belong to.
    static func resend(_ id: Identifier, of dossier: Identifier? = nil, email: String?, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select r.reviewer, r.email, r.expires_at, r.withdrawn_at, d.number, y.exercise, r.dossier_id from budget.review r
                join budget.dossier d on d.msp_id = r.msp_id and d.id = r.dossier_id
                join budget.aci_year y on y.msp_id = d.msp_id and y.id = d.year_id
                where r.msp_id = $1 and r.id = $2 for update of r
                """, .id(unit.msp), .id(id)))
        guard let row = rows.first, try belongs(row[6], to: dossier) else { throw Refusal.notFound }
        let (expires, withdrawn): (Instant, Instant?) = (try row[2], try row[3])
        guard withdrawn == nil, expires > unit.now else { throw Refusal.conflict("ended", "Cette relecture est terminée.") }
        let address = try email ?? row.decode(1, as: String.self)
        mail(
            key: try await SentMail.nextKey(key(id), unit), to: try row[0], email: address, exercise: try row[5], number: try row[4],
            expires: expires, review: id, unit)
        unit.enqueue(
            Query("update budget.review set email = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(id), .text(address)))
        try unit.trace(
            "reshare", of: StoredDossier.thing, on: try row[6], [("review", .string(id.description)), ("email", .string(address))])
    }
}

/// One opening of a dossier, with what was looked at.
struct StoredReview: Sendable {
    let id: Identifier
    let reviewer: String
    let email: String
    let openedAt: Instant
    let openedBy: String
    let expiresAt: Instant
    let withdrawnAt: Instant?
    /// The last mail with the link.
    let mail: SentMail?
    /// The latest first.
    var looks: [(at: Instant, what: String)] = []

    /// The last mail with the link of a review `r`, as `SentMail` reads it.
    static let lastMail: SQL =
        "select " + SentMail.columns + " from kernel.mail m where m.msp_id = $1 and m.dedupe_key = "
        + SentMail.any("'budget.review:' || r.id") + " order by m.created_at desc, m.id desc limit 1"

    /// Reviews of a dossier, then their looks; `read` takes both answers.
    static func queries(_ msp: Identifier, dossier: Identifier) -> [Query] {
        [
            Query(
                """
                select r.id, r.reviewer, r.email, r.opened_at, r.opened_by, r.expires_at, r.withdrawn_at, x.state, x.reply, x.recipient
                from (select * from budget.review where msp_id = $1 and dossier_id = $2) r left join lateral (
                """ + lastMail + """
                    ) x(state, reply, recipient) on true order by r.opened_at desc, r.id desc
                    """, .id(msp), .id(dossier)),
            Query(
                """
                select l.review_id, l.at, l.what from budget.review_look l
                join budget.review r on r.msp_id = l.msp_id and r.id = l.review_id
                where l.msp_id = $1 and r.dossier_id = $2 order by l.at desc, l.id desc limit 500
                """, .id(msp), .id(dossier)),
        ]
    }

    static func read(_ results: ArraySlice<ResultSet>) throws -> [StoredReview] {
        let results = Array(results)
        guard results.count >= 2 else { return [] }
        let looks = Dictionary(
            grouping: try results[1].map { (try $0[0] as Identifier, try $0[1] as Instant, try $0[2] as String) }, by: \.0)
        return try results[0].map { row in
            let id: Identifier = try row[0]
            return StoredReview(
                id: id, reviewer: try row[1], email: try row[2], openedAt: try row[3], openedBy: try row[4], expiresAt: try row[5],
                withdrawnAt: try row[6], mail: try SentMail(row, from: 7), looks: (looks[id] ?? []).map { ($0.1, $0.2) })
        }
    }

    enum State: String, Sendable { case open = "OPEN", expired = "EXPIRED", withdrawn = "WITHDRAWN" }

    func state(_ now: Instant) -> State { withdrawnAt != nil ? .withdrawn : expiresAt <= now ? .expired : .open }
}
