import Kernel

/// The documents of a meeting (missions.md 12.1), in the order in which they are made. Notice and minutes name the situations: they are
/// for whoever may see them.
enum MeetingPapers {
    static let all = [notice, sheet, minutes, decisions]

    private static let dated = PaperNeed.field("starts_at", says: "Fixez d’abord la date de la réunion.")

    private static func paper(
        _ name: String, _ title: String, path: String, permission: String, needs: [PaperNeed] = [], sealed: PaperSeal? = nil,
        draft: String? = nil, says: @escaping @Sendable (MeetingDossier, PaperView) throws -> PaperContent
    ) -> Paper {
        Paper(
            name, title: title, path: path, permission: permission, needs: needs, sealed: sealed, draft: draft, isListed: false,
            read: MeetingDossier.read, says: { make, view in try says(make(view.access.msp), view) })
    }

    // MARK: Notice

    /// The answer buttons are in the mail; the paper says so. Once it was sent, the page that people received is given.
    static let notice = paper(
        "notice", "Convocation", path: "convocation", permission: Permissions.readMeetings, needs: [dated],
        sealed: .kept(file: FrozenNotice.latest)
    ) { dossier, view in
        try dossier.requireReader(view)
        let head = dossier.head
        let isRcp = dossier.type == .rcp || !dossier.screen.cases.isEmpty
        return PaperContent(
            title: isRcp ? "Convocation à une réunion de concertation" : nil, subject: head.title, foot: "convocation",
            file: FileNames.make("convocation", dossier),
            [
                .facts(
                    [
                        ("Type de réunion", dossier.type.label), ("Date", dossier.when), ("Lieu", dossier.place),
                        ("Lien visio", head.convenedAt == nil ? nil : head.videoURL),
                    ] + dossier.officers + [("Délai de convocation", dossier.waiver)]),
                dossier.agenda, .section("Situations", isRcp ? situations(dossier) : []),
                .section("Personnes convoquées", [.list(dossier.screen.invited.map { "\($0.name), \($0.function)" })]),
                .section(
                    "Réponse",
                    [
                        .text(
                            "Merci de répondre par les boutons «\u{A0}Oui\u{A0}», «\u{A0}Non\u{A0}» ou «\u{A0}Peut-être\u{A0}» du message reçu."
                        ),
                        .text(
                            dossier.isMealTime ? "La réunion se tient sur le temps du repas\u{A0}: vous pouvez apporter le vôtre." : nil),
                    ]),
            ])
    }

    /// Time, number, agreement, theme, requester; initials only with an agreement.
    private static func situations(_ dossier: MeetingDossier) -> [PaperPart] {
        let rows = dossier.screen.cases.map { line in
            [
                line.slotStart.map { French.clock(dossier.local($0)) } ?? "", line.shownName,
                Consent(rawValue: line.consent)?.label ?? line.consent, Codes.rcpTheme.label(line.theme), line.requester,
            ]
        }
        return [
            .table(PaperTable("Situations", ["Heure", .name("Situation"), "Accord", "Thème", "Demandeur"], rows)),
            .text("Rappel\u{A0}: une situation dont l’accord n’est pas recueilli se présente de façon anonyme."),
        ]
    }

    // MARK: Attendance sheet

    /// Who, from when to when, signature, total.
    static let sheet = paper(
        "attendance_sheet", "Feuille d’émargement", path: "emargement", permission: Permissions.readSheet, needs: [dated],
        sealed: .on("lock_sheet", into: "sheet_file_id", words: "Feuille verrouillée") { $0.text("sheet_state") == "LOCKED" },
        draft: "Feuille non verrouillée\u{A0}: elle n’a pas valeur de justificatif."
    ) { dossier, view in
        let (head, screen) = (dossier.head, dossier.screen)
        guard view.moment != .seal || screen.people.contains(where: \.isPresent) else {
            throw Refusal.conflict("nobody_present", "Personne n’est noté présent\u{A0}: complétez la feuille avant de la verrouiller.")
        }
        // Who never said to leave stayed until the end: a locked sheet says so.
        let end = view.moment == .seal ? head.actualEnd : nil
        let listed = screen.people.filter { !$0.isExcused }
        return PaperContent(
            subject: head.title, file: FileNames.make("feuille-emargement", dossier),
            [
                .facts([
                    ("FINESS", dossier.finess), ("Type de réunion", dossier.type.label),
                    (head.actualStart == nil ? "Date et heures" : "Tenue", dossier.when), ("Annoncée", dossier.announced),
                    ("Lieu", dossier.place), ("Organisateur", head.organiser),
                    ("Saisie", head.isEnteredAfterwards ? "Après coup, d’après la feuille papier jointe" : nil),
                    ("Particularité confirmée", head.confirmReason),
                ]), people("Équipe", listed.filter { !$0.isGuest }, until: end, dossier),
                people("Personnes extérieures", listed.filter(\.isGuest), until: end, dossier),
                .section(
                    "Excusés et représentés",
                    [
                        .list(
                            screen.people.filter(\.isExcused).map { line in
                                "\(line.name), \(line.function)" + (dossier.proxies[line.subject].map { ", représenté·e par \($0)" } ?? "")
                            })
                    ]),
                .facts([
                    ("Présents", "\(screen.present.count) sur \(French.plural(screen.invited.count, "invité", "invités"))"),
                    ("Temps total de présence", French.duration(minutes: screen.present.reduce(0) { $0 + ($1.minutes ?? 0) })),
                ]), .signatures(["Pour la coordination (nom, date, signature)", "Cachet de la structure"]),
            ])
    }

    private static func people(
        _ title: String, _ lines: [MeetingScreen.PersonLine], until end: Instant?, _ dossier: MeetingDossier
    ) -> PaperPart {
        func clock(_ instant: Instant?) -> String { instant.map { French.clock(dossier.local($0)) } ?? "" }
        let rows = lines.map { line in
            [
                line.name, line.function, clock(line.arrivedAt), clock(line.leftAt ?? (line.isPresent ? end : nil)),
                line.minutes.map { French.duration(minutes: $0) } ?? "", signature(line, dossier),
            ]
        }
        return .section(
            title,
            [
                .table(
                    PaperTable(
                        title,
                        [
                            "Nom", "Profession ou fonction", .number("Arrivée"), .number("Départ"), .number("Durée"),
                            .signature("Signature"),
                        ], rows, isSheet: true))
            ])
    }

    private static func signature(_ line: MeetingScreen.PersonLine, _ dossier: MeetingDossier) -> String {
        guard line.isPresent else { return line.state == "ABSENT" ? "Absent·e" : "" }
        guard let kind = line.signature, let at = line.signedAt else { return "" }
        return "\(Codes.signatureKind.label(kind)), \(French.dateTime(dossier.local(at)))"
    }

    // MARK: Minutes

    /// Present and excused, agenda, points and decisions of each item, next date, who receives it. Drafts are for those who write them.
    static let minutes = paper(
        "minutes", "Compte-rendu", path: "compte-rendu", permission: Permissions.readMeetings,
        sealed: .kept(words: "Compte-rendu diffusé") { msp, id in
            Query(
                """
                select m.minutes_file_id from facilitation.meeting m
                join facilitation.minutes n on n.msp_id = m.msp_id and n.meeting_id = m.id and n.status not in ('DRAFT', 'IN_REVIEW')
                where m.msp_id = $1 and n.msp_id = $1 and m.id = $2
                """, .id(msp), .id(id))
        }
    ) { dossier, view in
        try dossier.requireReader(view)
        guard view.moment != .day || view.access.can(Permissions.writeMinutes) else { throw Refusal.notFound }
        let (head, screen) = (dossier.head, dossier.screen)
        func names(_ lines: [MeetingScreen.PersonLine]) -> String { lines.map { "\($0.name) (\($0.function))" }.joined(separator: ", ") }
        let represented = screen.people.filter { $0.state == "REPRESENTED" }.map { line in
            line.name + (dossier.proxies[line.subject].map { " (par \($0))" } ?? "")
        }
        return PaperContent(
            subject: head.title, file: FileNames.make("compte-rendu", dossier),
            [
                .facts(
                    [("Type de réunion", dossier.type.label), ("Date et heures", dossier.when), ("Lieu", dossier.place)] + dossier.officers
                        + [("Saisie", head.isEnteredAfterwards ? "Après coup" : nil), ("Délai de convocation", dossier.waiver)]),
                .section(
                    "Présences",
                    [
                        .facts([
                            ("Présents", names(screen.present)), ("Excusés", names(screen.people.filter { $0.state == "EXCUSED" })),
                            ("Représentés", represented.joined(separator: ", ")),
                            ("Absents", names(screen.people.filter { $0.state == "ABSENT" })),
                        ])
                    ]), dossier.agenda,
            ] + screen.accepted.map { item in .section(item.title, said(screen) { $0 == item.id }) } + [
                .section("Autres points", [.text(head.minutesBody)] + said(screen) { item in !screen.accepted.contains { $0.id == item } }),
                .section(
                    "Suite",
                    [
                        .facts([
                            ("Prochaine réunion", head.nextMeetingOn.map { French.longDate($0) } ?? "À fixer"),
                            ("Diffusion", screen.invited.map(\.name).joined(separator: ", ")),
                        ])
                    ]),
            ])
    }

    /// Notes and decisions of some items; those that belong to none have none.
    private static func said(_ screen: MeetingScreen, of item: (Identifier?) -> Bool) -> [PaperPart] {
        screen.notes.filter { item($0.item) && $0.kind == "NOTE" }.map { .text($0.text) }
            + screen.decisions.filter { item($0.item) }.map { line in
                .note(label: Codes.decisionKind.label(line.kind), line.text + (line.who.map { " – \($0)" } ?? ""))
            }
    }

    // MARK: Decisions

    /// What, who, when, state; one line each.
    static let decisions = paper("decisions", "Relevé de décisions", path: "decisions", permission: Permissions.readDecisions) {
        dossier, _ in
        let rows = dossier.screen.decisions.map { line in
            [
                line.text, Codes.decisionKind.label(line.kind), line.owner ?? "", line.dueOn.map { French.date($0) } ?? "",
                line.kind == "ACTION" ? Codes.followUp.label(line.followUp) : "",
            ]
        }
        return PaperContent(
            subject: dossier.head.title, file: FileNames.make("releve-decisions", dossier),
            [
                .facts([("Date", dossier.when), ("Lieu", dossier.place)]),
                .text(rows.isEmpty ? "Aucune décision n’a été enregistrée." : nil),
                .table(PaperTable("Décisions", ["Décision", "Nature", "Responsable", .number("Pour le"), "Suivi"], rows)),
            ])
    }
}

extension MeetingDossier {
    /// Refuses whoever may not see the situations that the paper speaks of. Sealing has a right of its own.
    fileprivate func requireReader(_ view: PaperView) throws(Refusal) {
        guard view.moment == .seal || screen.showsPapers(to: view.access) else { throw Refusal.forbidden }
    }

    fileprivate var officers: [(String, String?)] {
        [("Organisateur", head.organiser), ("Animateur", chair), ("Secrétaire", secretary), ("Maître du temps", timekeeper)]
    }

    /// The agenda, the same in the notice and in the minutes.
    fileprivate var agenda: PaperPart {
        let rows = screen.accepted.enumerated().map { index, item in
            [
                "\(index + 1)", item.title, Codes.agendaKind.label(item.kind), item.presenter ?? "",
                item.plannedMinutes.map { French.duration(minutes: $0) } ?? "",
            ]
        }
        let columns: [PaperColumn] = [.number("N°"), .name("Point"), "Nature", "Présenté par", .number("Durée")]
        return .section("Ordre du jour", [.table(PaperTable("Ordre du jour", columns, rows))])
    }

    /// Between noon and 14:30 people eat while they talk (missions.md 4.1).
    fileprivate var isMealTime: Bool {
        guard let start = head.startsAt else { return false }
        return (11 * 60 + 45...14 * 60).contains(local(start).hour * 60 + local(start).minute)
    }
}

extension MeetingScreen.PersonLine {
    /// « Infirmier·ère », or the job and organisation of somebody from outside.
    fileprivate var function: String {
        isGuest ? [profession, organisation ?? ""].filter { !$0.isEmpty }.joined(separator: ", ") : CodeList.profession(of: profession)
    }

    fileprivate var isExcused: Bool { state == "EXCUSED" || state == "REPRESENTED" }
}

extension MeetingScreen.DecisionLine {
    /// « Claire Morvan, pour le 12/03/2026 »; nil when nobody owns it.
    fileprivate var who: String? { owner.map { owner in dueOn.map { "\(owner), pour le \(French.date($0))" } ?? owner } }
}

extension MeetingScreen.CaseLine {
    /// The number, with the initials when the person agreed.
    fileprivate var shownName: String {
        guard consent == Consent.yes.rawValue, let initials else { return "\(code) (anonyme)" }
        return "\(code) (\(initials))"
    }
}
