import Kernel

extension DemoYear {
    /// Writes a meeting as it stood at its end: held, signed, minuted.
    func write(_ meeting: DemoMeeting) async throws {
        let minutes = meeting.type == .rcp ? max(45, 15 * meeting.situations.count) : 60
        let ends = meeting.starts.adding(minutes: minutes)
        var statements = [head(meeting, ends: ends, minutes: minutes), invitations(meeting)]
        statements += attendance(meeting, ends: ends, minutes: minutes)
        statements += meeting.situations.enumerated().flatMap { situation($1, place: $0, meeting: meeting) }
        statements += meeting.type == .rcp ? [] : agenda(meeting)
        statements.append(minutesRow(meeting, ends: ends))
        statements += decisions(meeting, ends: ends)
        try await unit.run(all: statements)
    }

    private func head(_ meeting: DemoMeeting, ends: Instant, minutes: Int) -> Query {
        Query(
            """
            insert into facilitation.meeting (msp_id, id, title, meeting_type, status, starts_at, planned_min, actual_start, actual_end, mode,
                room_id, place, organiser_id, chair_id, secretary_id, indemnifiable, convened_at, created_at)
            values ($1, $2, $3, $4, 'HELD', $5, $6, $5, $7, 'ON_SITE', $8, case when $8::uuid is null then 'Salle polyvalente' end, $9, $10, $9,
                true, $11, $11)
            """, .id(msp.id), .id(meeting.id), .text(MeetingTitle.text(type: meeting.type, day: meeting.day)), .text(meeting.type.rawValue),
            .instant(meeting.starts), .int(minutes), .instant(ends), .id(room), .id(coordinator), .id(team.first ?? coordinator),
            .instant(meeting.starts.adding(minutes: -60 * 24 * 15)))
    }

    private func invitations(_ meeting: DemoMeeting) -> Query {
        let ids = meeting.invited.indices.map { Identifier.derived(from: "demo.invitation.\(meeting.id).\($0)") }
        let answers = meeting.invited.indices.map { isPresent($0, meeting) ? "YES" : $0 % 2 == 0 ? "NO" : "NONE" }
        return Query(
            """
            insert into facilitation.meeting_invitation (msp_id, id, meeting_id, professional_id, answer, answered_at, source, notified_at)
            select m.msp_id, t.id, m.id, t.person, t.answer, case when t.answer <> 'NONE' then $6::timestamptz end, 'GROUP', $6
            from facilitation.meeting m cross join unnest($3::uuid[], $4::uuid[], $5::text[]) t(id, person, answer)
            where m.msp_id = $1 and m.id = $2
            """, .id(msp.id), .id(meeting.id), .ids(ids), .ids(meeting.invited), .texts(answers),
            .instant(meeting.starts.adding(minutes: -60 * 24 * 10)))
    }

    /// The same people are not always the absent ones: the list turns with the meeting.
    func isPresent(_ place: Int, _ meeting: DemoMeeting) -> Bool {
        let count = max(1, meeting.invited.count)
        return (place + meeting.index * 3) % count < meeting.present
    }

    /// Those who were there, signed by the gestures of a real meeting, and the others excused or absent.
    private func attendance(_ meeting: DemoMeeting, ends: Instant, minutes: Int) -> [Query] {
        var present = AttendanceColumns()
        var missing = AttendanceColumns()
        for (place, person) in meeting.invited.enumerated() {
            let id = Identifier.derived(from: "demo.attendance.\(meeting.id).\(place)")
            if isPresent(place, meeting) {
                let kind: SignatureKind = place % 4 == 3 ? .coordinator : place % 4 == 2 ? .qrCode : .ownPhone
                let delay = place % 6
                let digest = kind.digest(meeting: meeting.id, person: person, at: meeting.starts.adding(minutes: delay))
                present.append(id, person, code: kind.rawValue, delay: delay, digest: Digest.hex(digest))
            } else {
                missing.append(id, person, code: place % 2 == 0 ? "EXCUSED" : "ABSENT", delay: 0, digest: "")
            }
        }
        return [
            Query(
                """
                insert into facilitation.attendance (msp_id, id, meeting_id, professional_id, state, mode, arrived_at, minutes,
                    signature_kind, signed_at, signature_hash)
                select m.msp_id, t.id, m.id, t.person, 'PRESENT', 'ON_SITE', $8, $9, t.code,
                    $8::timestamptz + t.delay * interval '1 minute', decode(t.digest, 'hex')
                from facilitation.meeting m
                cross join unnest($3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::text[]) t(id, person, code, delay, digest)
                where m.msp_id = $1 and m.id = $2
                """, .id(msp.id), .id(meeting.id), .ids(present.ids), .ids(present.people), .texts(present.codes), .ints(present.delays),
                .texts(present.digests), .instant(meeting.starts), .int(minutes)),
            Query(
                """
                insert into facilitation.attendance (msp_id, id, meeting_id, professional_id, state)
                select m.msp_id, t.id, m.id, t.person, t.code
                from facilitation.meeting m cross join unnest($3::uuid[], $4::uuid[], $5::text[]) t(id, person, code)
                where m.msp_id = $1 and m.id = $2
                """, .id(msp.id), .id(meeting.id), .ids(missing.ids), .ids(missing.people), .texts(missing.codes)),
        ]
    }

    /// Lines of an attendance sheet, column by column, for one statement.
    private struct AttendanceColumns {
        var ids: [Identifier] = []
        var people: [Identifier] = []
        /// Kind of signature, or state of whoever is missing.
        var codes: [String] = []
        /// Minutes from the beginning to the signature.
        var delays: [Int] = []
        var digests: [String] = []

        mutating func append(_ id: Identifier, _ person: Identifier, code: String, delay: Int, digest: String) {
            ids.append(id)
            people.append(person)
            codes.append(code)
            delays.append(delay)
            digests.append(digest)
        }
    }

    private func situation(_ situation: DemoSituation, place: Int, meeting: DemoMeeting) -> [Query] {
        let slot = meeting.starts.adding(minutes: 15 * place)
        let requester = group[situation.ordinal % max(1, group.count)]
        let item = Identifier.derived(from: "demo.item.\(meeting.id).\(place)")
        var statements: [Query] = []
        if !situation.isReturn {
            statements.append(
                Query(
                    """
                    insert into facilitation.rcp_case (msp_id, id, case_code, consent, requester_id, theme, age_band, state, outputs,
                        patient_informed, closed_at, created_at)
                    values ($1, $2, $3, $4, $5, $6, $7, 'CLOSED', $8, $9, $10, $11)
                    """, .id(msp.id), .id(situation.id), .text(situation.code), .text(situation.consent.rawValue), .id(requester),
                    .text(situation.theme), .text(situation.ageBand), .texts([situation.output]), .bool(situation.consent == .yes),
                    .instant(slot.adding(minutes: 60 * 24 * 20)), .instant(slot.adding(minutes: -60 * 24 * 6))))
        }
        statements.append(
            Query(
                """
                insert into facilitation.meeting_case (msp_id, id, meeting_id, case_id, slot_min, discussed)
                values ($1, $2, $3, $4, 15, true) on conflict (msp_id, meeting_id, case_id) do nothing
                """, .id(msp.id), .id(.derived(from: "demo.slot.\(meeting.id).\(place)")), .id(meeting.id), .id(situation.id)))
        statements.append(
            Query(
                """
                insert into facilitation.agenda_item (msp_id, id, meeting_id, position, title, kind, presenter_id, planned_min, case_id)
                values ($1, $2, $3, $4, $5, 'CASE', $6, 15, $7)
                """, .id(msp.id), .id(item), .id(meeting.id), .int(place * 10 + 10),
                .text("\(situation.code) – \(Codes.rcpTheme.label(situation.theme))"), .id(requester), .id(situation.id)))
        statements.append(note("Situation présentée, rôles et suites convenus.", item: item, meeting: meeting, place: place))
        return statements
    }

    private static let subjects = [
        "Accueil des nouveaux membres", "Organisation des soins non programmés", "Calendrier des concertations",
        "Logiciel partagé\u{A0}: points à régler",
        "Actions de santé publique en cours", "Relations avec l’hôpital", "Accueil des étudiants", "Règlement intérieur",
    ]

    private func agenda(_ meeting: DemoMeeting) -> [Query] {
        (0..<4).flatMap { place in
            let item = Identifier.derived(from: "demo.item.\(meeting.id).\(place)")
            return [
                Query(
                    """
                    insert into facilitation.agenda_item (msp_id, id, meeting_id, position, title, kind, presenter_id, planned_min)
                    values ($1, $2, $3, $4, $5, $6, $7, 15)
                    """, .id(msp.id), .id(item), .id(meeting.id), .int(place * 10 + 10),
                    .text(Self.subjects[(meeting.index * 3 + place) % Self.subjects.count]), .text(place == 3 ? "DECISION" : "DISCUSSION"),
                    .id(team[place % max(1, team.count)])),
                note(
                    "Point examiné en équipe\u{A0}; les remarques de chacun sont prises en compte.", item: item, meeting: meeting,
                    place: place),
            ]
        }
    }

    private func note(_ text: String, item: Identifier, meeting: DemoMeeting, place: Int) -> Query {
        Query(
            """
            insert into facilitation.minutes_note (msp_id, id, meeting_id, agenda_item_id, kind, text, created_at)
            values ($1, $2, $3, $4, 'NOTE', $5, $6)
            """, .id(msp.id), .id(.derived(from: "demo.note.\(item)")), .id(meeting.id), .id(item), .text(text),
            .instant(meeting.starts.adding(minutes: 10 + place * 15)))
    }

    private func minutesRow(_ meeting: DemoMeeting, ends: Instant) -> Query {
        Query(
            "insert into facilitation.minutes (msp_id, id, meeting_id, status, created_at) values ($1, $2, $3, 'DRAFT', $4)", .id(msp.id),
            .id(.derived(from: "demo.minutes.\(meeting.id)")), .id(meeting.id), .instant(ends))
    }

    private static let decided = [
        "Appeler le service hospitalier avant la sortie", "Programmer une visite commune au domicile", "Mettre à jour la fiche de liaison",
        "Présenter le projet à la prochaine réunion d’équipe", "Prévenir l’équipe de soins à domicile", "Relancer le partenaire",
    ]

    private func decisions(_ meeting: DemoMeeting, ends: Instant) -> [Query] {
        (0..<(meeting.type == .rcp ? max(1, meeting.situations.count / 2) : 2)).map { place in
            let owner = meeting.invited[(meeting.index + place) % max(1, meeting.invited.count)]
            let due = meeting.day.adding(days: 21)
            // A few of the last two months are late: a list without any would teach nothing.
            let isDone = due < msp.today && (due.adding(days: 60) < msp.today || (meeting.index + place) % 4 != 1)
            return Query(
                """
                insert into facilitation.decision (msp_id, id, meeting_id, agenda_item_id, text, kind, owner_id, due_on, follow_up_state, done_on,
                    created_at)
                values ($1, $2, $3, $4, $5, 'ACTION', $6, $7, $8, $9, $10)
                """, .id(msp.id), .id(.derived(from: "demo.decision.\(meeting.id).\(place)")), .id(meeting.id),
                .id(.derived(from: "demo.item.\(meeting.id).\(place)")),
                .text(Self.decided[(meeting.index * 5 + place) % Self.decided.count]), .id(owner),
                .date(due), .text(isDone ? "DONE" : due < msp.today ? "LATE" : "OPEN"),
                .date(isDone ? due.adding(days: place % 2 == 0 ? -3 : 2) : nil),
                .instant(ends))
        }
    }

    /// Seals sheet and minutes and files the evidence, by the same code as a real closing, without a mail.
    func close(_ meeting: DemoMeeting) async throws {
        let done = meeting.starts.adding(minutes: 60 * 24 * 3)
        let sheet = try await unit.seal(MeetingPapers.sheet, of: MeetingRecord.id, on: meeting.id, at: done, by: "Coordination")
        let minutes = try await unit.seal(MeetingPapers.minutes, of: MeetingRecord.id, on: meeting.id, at: done, by: "Coordination")
        try await unit.run(
            Query(
                """
                update facilitation.meeting set sheet_state = 'LOCKED', sheet_file_id = $3, minutes_file_id = $4, sheet_locked_at = $5,
                    sheet_locked_label = 'Coordination' where msp_id = $1 and id = $2
                """, .id(msp.id), .id(meeting.id), .id(sheet.file), .id(minutes.file), .instant(done)),
            Query(
                """
                update facilitation.minutes set status = 'APPROVED', published_at = $4, approved_at = $5, file_id = $3, recipients = $6
                where msp_id = $1 and meeting_id = $2
                """, .id(msp.id), .id(meeting.id), .id(minutes.file), .instant(done), .instant(done.adding(minutes: 60 * 24 * 20)),
                .int(meeting.invited.count)))
        let seq = try await unit.appendEvidence(
            EvidenceEntry(
                kind: Evidence.meeting, indicators: meeting.type.evidenceIndicators, year: meeting.day.year,
                subjectType: "facilitation.meeting",
                subject: meeting.id, title: MeetingTitle.text(type: meeting.type, day: meeting.day), occurredAt: meeting.starts,
                exhibits: [sheet, minutes]))
        try await unit.run(
            Query(
                "update facilitation.meeting set status = 'CLOSED', closed_at = $3, evidence_seq = $4 where msp_id = $1 and id = $2",
                .id(msp.id),
                .id(meeting.id), .instant(done), .int(seq)))
        unit.publish(MeetingEvents.sheetLocked, try await SessionFacts.locked(meeting.id, unit))
        unit.publish(MeetingEvents.closed, try await SessionFacts.closed(meeting.id, evidence: seq, day: meeting.day, unit))
    }
}
