import Kernel

/// What pieces, dossiers and payments bring to the house.
enum DossierPart {
    static func contributions(_ years: AciYears) -> ModuleContributions {
        var given = ModuleContributions()
        given.permissions = DossierPermissions.all
        given.records = [ExhibitRecord.record, PaymentRecord.record]
        given.pages = pages(years)
        given.endpoints =
            DossierEndpoints(years: years).all + PieceEndpoints(years: years).all + PaymentEndpoints(years: years).all
            + HandedOutEndpoints(years: years).all
        given.linkPages = ReviewLink.routes
        given.navigation = [
            NavigationItem("Dossier ACI", path: "dossier", permission: DossierPermissions.read, weight: 20, words: "sceller CPAM zip"),
            NavigationItem("Pièces", path: "pieces", permission: DossierPermissions.readPieces, weight: 22, words: "preuve justificatif"),
            NavigationItem("Mes pièces", path: "mes-pieces", permission: DossierPermissions.provide, weight: 24, words: "preuve déposer"),
            NavigationItem(
                "Paiements ACI", path: "paiements", permission: DossierPermissions.readPayments, weight: 30,
                words: "versement avance solde CPAM"),
        ]
        given.events = [Sealing.sealed.type]
        given.evidenceKinds = [
            EvidenceKind("budget.exhibit", label: "Pièce justificative", indicators: AciIndicatorID.allCases.map(\.rawValue)),
            EvidenceKind("budget.dossier", label: "Dossier ACI scellé", indicators: AciIndicatorID.allCases.map(\.rawValue)),
        ]
        given.indicators = indicators
        given.today = [deadline, toCheck, toSeal, drifted, StoredReview.undelivered]
        given.demo = [DossierDemo.scenario(years)]
        return given
    }

    private static func pages(_ years: AciYears) -> [PageRoute] {
        let (pieces, dossier, version) = (PiecesPage(years: years), DossierPage(years: years), VersionPage(years: years))
        let reconciliation = ReconciliationPage(years: years)
        return DepositPage.routes(years) + DropPage(years: years).routes + CheckPage.routes + [
            PageRoute(.get, "aci/:id/pieces", permission: DossierPermissions.readPieces, handle: pieces.show),
            PageRoute(.post, "aci/:id/registre", permission: DossierPermissions.writePieces, handle: pieces.mark),
            PageRoute(.post, "aci/:id/motif", permission: DossierPermissions.writePieces, handle: pieces.explain),
            PageRoute(.get, "dossier", permission: DossierPermissions.read, handle: dossier.latest),
            PageRoute(.get, "aci/:id/dossier", permission: DossierPermissions.read, handle: dossier.show),
            PageRoute(.get, "aci/:id/dossier/preparer", permission: DossierPermissions.prepare, handle: dossier.askPrepare),
            PageRoute(.post, "aci/:id/dossier", permission: DossierPermissions.prepare, handle: dossier.prepare),
            PageRoute(.get, "aci/:id/aide-a-la-saisie", permission: DossierPermissions.read, handle: EntryAidPage(years: years).show),
            PageRoute(.get, "dossiers/:id", permission: DossierPermissions.read, handle: version.show),
            PageRoute(.get, "dossiers/:id/sceller", permission: DossierPermissions.seal, handle: version.askSeal),
            PageRoute(.post, "dossiers/:id/sceller", permission: DossierPermissions.seal, handle: version.seal),
            PageRoute(.get, "dossiers/:id/archive", permission: DossierPermissions.read, handle: version.archive),
            PageRoute(.get, "dossiers/:id/pieces/:rang", permission: DossierPermissions.read, handle: version.exhibit),
            PageRoute(.post, "dossiers/:id/relectures", permission: DossierPermissions.share, handle: version.share),
            PageRoute(.post, "dossiers/:id/relectures/:relecture/renvoyer", permission: DossierPermissions.share, handle: version.resend),
            PageRoute(.post, "dossiers/:id/relectures/:relecture/retirer", permission: DossierPermissions.share, handle: version.withdraw),
            PageRoute(.get, "aci/:id/rapprochement", permission: DossierPermissions.readPayments, handle: reconciliation.show),
            PageRoute(.post, "aci/:id/notification", permission: DossierPermissions.writePayments, handle: reconciliation.save),
        ]
    }

    private static let indicators = [
        AciPart.kept(
            "K32", "Justificatifs présents", unit: "%", disclosure: .aggregate, permission: DossierPermissions.readPieces,
            definition:
                "Justificatifs de l’ACI présents rapportés à ceux que l’exercice demande, tels que comptés pour la dernière fois.",
            "select coalesce(sum(pieces_present), 0)::bigint as numerator, sum(pieces_wanted)::bigint as denominator")
    ]

    /// « Aujourd’hui »: pieces that miss, from December on, until the exercise is handed in.
    private static let deadline = TodaySource(
        "budget.pieces_missing", permission: DossierPermissions.prepare,
        queries: { msp, now in
            [
                Query(
                    """
                    select id, exercise, pieces_wanted - pieces_present as missing, pieces_wanted from budget.aci_year
                    where msp_id = $1 and archived_at is null and state in ('OPEN', 'COLLECTING', 'READY')
                        and pieces_wanted > pieces_present and make_date(exercise, 12, 1) <= $2
                    order by exercise limit 3
                    """, .id(msp), .date(TodaySource.latestDay(now)))
            ]
        },
        items: { results, msp, now in
            let today = LocalTime(now, zone: msp.timeZone).date
            return try results[0].compactMap { row in
                let (id, exercise, missing): (Identifier, Int, Int) = (try row[0], try row[1], try row[2])
                guard (exercise, 12) <= (today.year, today.month) else { return nil }
                let due = CivilDate(year: exercise + 1, month: 1, day: 31) ?? today
                return TodayItem(
                    column: due < today ? .late : .missing, title: "Dossier ACI \(exercise)",
                    detail: "\(French.plural(missing, "justificatif manque", "justificatifs manquent")), à déposer avant le 31 janvier",
                    day: due, href: DossierPlaces.year(id, "pieces", msp))
            }
        })

    /// « Aujourd’hui »: a prepared dossier waits for the gérance.
    private static let toSeal = TodaySource(
        "budget.dossier_to_seal", permission: DossierPermissions.seal,
        queries: { msp, _ in
            [
                Query(
                    """
                    select d.id, y.exercise, d.prepared_by, d.prepared_at from budget.dossier d
                    join budget.aci_year y on y.msp_id = d.msp_id and y.id = d.year_id and y.archived_at is null
                    where d.msp_id = $1 and d.state = 'PREPARED' order by d.prepared_at, d.id limit 5
                    """, .id(msp))
            ]
        },
        items: { results, msp, _ in
            try results[0].map { row in
                TodayItem(
                    column: .missing, title: "Dossier ACI \(try row[1] as Int) à sceller", detail: "préparé par \(try row[2] as String)",
                    day: LocalTime(try row[3], zone: msp.timeZone).date, href: DossierPlaces.dossier(try row[0], msp))
            }
        })

    /// « Aujourd’hui »: what changed since a version was sealed.
    private static let drifted = TodaySource(
        "budget.dossier_drift", permission: DossierPermissions.prepare,
        queries: { msp, _ in
            [
                Query(
                    """
                    select x.year_id, y.exercise, jsonb_array_length(x.changes)::bigint, x.noticed_at from budget.dossier_drift x
                    join budget.aci_year y on y.msp_id = x.msp_id and y.id = x.year_id and y.archived_at is null and y.state <> 'CLOSED'
                    where x.msp_id = $1 order by y.exercise limit 5
                    """, .id(msp))
            ]
        },
        items: { results, msp, _ in
            try results[0].map { row in
                TodayItem(
                    column: .missing, title: "Dossier ACI \(try row[1] as Int)",
                    detail:
                        "\(French.plural(try row[2] as Int, "changement", "changements")) depuis le dossier scellé\u{A0}: préparer une nouvelle version",
                    day: LocalTime(try row[3], zone: msp.timeZone).date, href: DossierPlaces.year(try row[0], "dossier", msp))
            }
        })

    /// « Aujourd’hui »: pieces that wait for a decision.
    private static let toCheck = TodaySource(
        "budget.pieces_to_check", permission: DossierPermissions.check,
        queries: { msp, _ in
            [
                Query(
                    """
                    select x.year_id, y.exercise, count(*), min(x.provided_at) from budget.exhibit x
                    join budget.aci_year y on y.msp_id = x.msp_id and y.id = x.year_id
                    where x.msp_id = $1 and x.state = 'PROVIDED' and x.archived_at is null
                    group by x.year_id, y.exercise order by y.exercise limit 3
                    """, .id(msp))
            ]
        },
        items: { results, msp, now in
            try results[0].compactMap { row in
                guard let first: Instant = try row[3] else { return nil }
                let (year, exercise, count): (Identifier, Int, Int) = (try row[0], try row[1], try row[2])
                return TodayItem(
                    column: .next, title: "Pièces ACI \(exercise) à vérifier",
                    detail: French.plural(count, "pièce déposée", "pièces déposées"), day: LocalTime(first, zone: msp.timeZone).date,
                    href: DossierPlaces.year(year, "a-verifier", msp))
            }
        })
}
