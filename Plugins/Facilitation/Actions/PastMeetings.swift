import Kernel

/// Meetings that took place before anybody entered them: real day, people present, the paper sheet. Said so wherever they are shown.
enum PastMeetings {
    /// What is known of one.
    struct Past: Sendable {
        var type: MeetingType
        var title: String?
        var start: Instant
        var end: Instant
        var place: String
        var organiser: Identifier
        var present: [Identifier]
        /// Situations discussed, of a concertation: they get numbers and nothing else.
        var cases: Int
        var indemnifiable: Bool
    }

    /// Added to what such a meeting is called.
    static let mark = "saisie après coup"

    /// Enters it as held, its sheet open until the scan is joined. Returns its id.
    static func enter(_ past: Past, _ unit: WriteUnit) async throws -> Identifier {
        try check(past, now: unit.now)
        let id = Identifier.make(at: unit.now)
        let day = unit.access.local(past.start).date
        let title = Writing.shortened(past.title ?? MeetingTitle.text(type: past.type, day: day), to: 160 - mark.count - 3) + " (\(mark))"
        try await unit.make(
            MeetingRecord.id, id: id,
            [
                "title": .text(title), "meeting_type": .text(past.type.rawValue), "status": .text(MeetingStatus.held.rawValue),
                "starts_at": .instant(past.start),
                "planned_min": .integer(max(5, Int(past.end.timeIntervalSince(past.start) / 60))),
                "actual_start": .instant(past.start), "actual_end": .instant(past.end), "mode": .text("ON_SITE"),
                "place": .text(past.place), "organiser_id": .id(past.organiser), "indemnifiable": .boolean(past.indemnifiable),
                "entered_afterwards": .boolean(true),
            ], as: "enter_afterwards",
            noting: [("present", .integer(past.present.count)), ("cases", .integer(past.cases))])
        try await people(past, id, unit)
        for _ in 0..<past.cases { try await situation(past, id, unit) }
        return id
    }

    /// Joins the paper sheet and locks it: it is the sheet from then on.
    static func join(_ bytes: [UInt8], to meeting: LockedMeeting, _ unit: WriteUnit) async throws {
        try Meetings.require(meeting, in: [.held])
        guard meeting.isEnteredAfterwards else {
            throw Refusal.conflict("not_afterwards", "Une feuille numérisée se joint à une réunion saisie après coup.")
        }
        try Meetings.requireOpenSheet(meeting)
        guard unit.access.can(Permissions.lockSheet) else { throw Refusal.forbidden }
        let (mediaType, ending) = try ScannedSheet.kind(of: bytes)
        let exhibit = try unit.store(
            bytes, title: "Feuille d’émargement numérisée", name: "feuille-emargement-numerisee.\(ending)", mediaType: mediaType)
        guard let file = exhibit.file else { throw Refusal.conflict("not_stored", "La feuille n’a pas pu être enregistrée.") }
        try await Presence.count(meeting, unit)
        let locked: RecordChange = ["sheet_state": .text("LOCKED")]
        try await unit.follow(
            MeetingRecord.id, on: meeting.id, "join_sheet", locked.keeping(Sheet.lockedBy(unit)).keeping(["sheet_file_id": .id(file)]),
            noting: [("sha256", .string(exhibit.sha256))])
        unit.publish(MeetingEvents.sheetLocked, try await SessionFacts.locked(meeting.id, unit))
    }

    private static func check(_ past: Past, now: Instant) throws {
        var faults: [FieldFault] = []
        if past.end <= past.start { faults.append(FieldFault("ended_at", "La fin doit suivre le début.")) }
        if past.end.timeIntervalSince(past.start) > 24 * 3600 {
            faults.append(FieldFault("ended_at", "Une réunion dure moins de 24\u{00A0}heures."))
        }
        if past.end > now { faults.append(FieldFault("started_at", "Cette réunion n’a pas encore eu lieu\u{A0}: planifiez-la.")) }
        if past.present.isEmpty { faults.append(FieldFault("present", "Indiquez au moins une personne présente.")) }
        if past.cases > 0, past.type != .rcp { faults.append(FieldFault("cases", "Seule une concertation examine des situations.")) }
        if past.type.isAssembly {
            faults.append(FieldFault("meeting_type", "Une assemblée ne se saisit pas après coup\u{A0}: son procès-verbal fait foi."))
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
    }

    /// One line of invitation and of presence for each, signed on paper.
    private static func people(_ past: Past, _ meeting: Identifier, _ unit: WriteUnit) async throws {
        let present = Array(Set(past.present)).sorted { $0.description < $1.description }
        let day = unit.access.local(past.start).date
        let known = try await unit.one(
            Query(
                """
                select p.shown_name, exists (select from kernel.team_stay s where s.msp_id = $1 and s.professional_id = p.id
                    and s.from_on <= $3 and coalesce(s.to_on, $3) >= $3)
                from kernel.professional p where p.msp_id = $1 and p.id = any($2) and (p.archived_at is null or p.left_on is not null)
                order by p.last_name collate kernel.french, p.first_name collate kernel.french, p.id
                """, .id(unit.msp), .ids(present), .date(day)))
        guard known.count == present.count else {
            throw Refusal.invalid("present", "Une personne choisie n’existe pas dans votre structure.")
        }
        let absent: [String] = try known.filter { !(try $0[1] as Bool) }.map { try $0[0] }
        guard absent.isEmpty else {
            throw Refusal.invalid(
                "present", "N’étaient pas de l’équipe le \(French.date(day))\u{A0}: \(absent.joined(separator: ", ")).")
        }
        for person in present {
            let digest = SignatureKind.paper.digest(meeting: meeting, person: person, at: unit.now)
            try await unit.run(
                Query(
                    """
                    insert into facilitation.meeting_invitation (msp_id, id, meeting_id, professional_id, source, created_at, created_by)
                    values ($1, $2, $5, $6, 'PERSON', $3, $4)
                    """, parameters: unit.stamp(.make(at: unit.now)) + [.id(meeting), .id(person)]),
                Query(
                    """
                    insert into facilitation.attendance (msp_id, id, meeting_id, professional_id, state, mode, signature_kind, signed_at,
                        signature_hash, created_at, created_by)
                    values ($1, $2, $5, $6, 'PRESENT', 'ON_SITE', 'PAPER_SCAN', $3, $7, $3, $4)
                    """, parameters: unit.stamp(.make(at: unit.now)) + [.id(meeting), .id(person), .bytes(digest)]))
        }
        try await Presence.count(meeting, start: past.start, end: past.end, unit)
    }

    /// A situation of that day: a number of the register, no theme and no person.
    private static func situation(_ past: Past, _ meeting: Identifier, _ unit: WriteUnit) async throws {
        let id = Identifier.make(at: unit.now)
        try await unit.create(
            CaseRecord.record, id: id, RecordValues(["theme": .text("OTHER"), "requester_id": .id(past.organiser)]))
        try await unit.follow(CaseRecord.id, on: id, "discuss", ["state": .text("DISCUSSED")])
        try await unit.one(
            Query(
                """
                insert into facilitation.meeting_case (msp_id, id, meeting_id, case_id, slot_min, discussed, created_at, created_by)
                values ($1, $2, $5, $6, 15, true, $3, $4)
                """, parameters: unit.stamp(.make(at: unit.now)) + [.id(meeting), .id(id)]))
    }
}
