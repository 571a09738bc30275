import Kernel

/// Story 1 of missions.md 17.5: the RCP of MSP A, Thursday 13:30, four situations, eleven invited, seven yes, not yet convened.
struct DemoStory {
    let year: DemoYear

    private var msp: DemoMsp { year.msp }

    private struct Slot {
        let number: Int
        let theme: String
        let consent: Consent
        let requester: Int
    }

    /// missions.md 17.6. Requesters by place in the team of A: 3 is a nurse, 0 a GP, 9 a pharmacist, 4 a nurse.
    private static let slots = [
        Slot(number: 31, theme: "HOME_CARE", consent: .notAsked, requester: 3),
        Slot(number: 32, theme: "CKD", consent: .yes, requester: 0),
        Slot(number: 33, theme: "POLYMEDICATION", consent: .yes, requester: 9),
        Slot(number: 28, theme: "PALLIATIVE", consent: .yes, requester: 4),
    ]

    func write() async throws {
        let day = DemoCalendar.storyThursday(msp.today)
        let starts = DemoCalendar.instant(day, 13, 30, zone: msp.timeZone)
        let meeting = Identifier.derived(from: "demo.story.1")
        var statements = [
            Query(
                """
                insert into facilitation.meeting (msp_id, id, title, meeting_type, status, starts_at, planned_min, mode, room_id, organiser_id,
                    chair_id, indemnifiable)
                values ($1, $2, $3, 'RCP', 'SCHEDULED', $4, 60, 'ON_SITE', $5, $6, $7, true)
                """, .id(msp.id), .id(meeting), .text(MeetingTitle.text(type: .rcp, day: day)), .instant(starts), .id(year.room),
                .id(year.coordinator), .id(year.team[0]))
        ]
        statements += guests(meeting)
        statements += year.group.enumerated().map { place, person in invitation(meeting, place: place, person: person, guest: nil) }
        for (place, slot) in Self.slots.enumerated() { statements += situation(slot, place: place, meeting: meeting, starts: starts) }
        try await year.unit.run(all: statements)
    }

    private func guests(_ meeting: Identifier) -> [Query] {
        let people = [
            ("Sophie Delaunay", "Assistante de service social", "DAC 91A", "sophie.delaunay@dac-91a.demo.test"),
            ("Marc Thévenin", "Responsable du service", "SSIAD de Saint-Aubrin", "marc.thevenin@ssiad.demo.test"),
        ]
        return people.enumerated().flatMap { place, guest in
            let id = Identifier.derived(from: "demo.guest.\(msp.key).\(place)")
            return [
                Query(
                    "insert into facilitation.guest (msp_id, id, name, job, organisation, email) values ($1, $2, $3, $4, $5, $6)",
                    .id(msp.id),
                    .id(id), .text(guest.0), .text(guest.1), .text(guest.2), .text(guest.3)),
                invitation(meeting, place: 9 + place, person: nil, guest: id),
            ]
        }
    }

    /// Seven yes among eleven: six of the team and one guest; one no, three silent.
    private func invitation(_ meeting: Identifier, place: Int, person: Identifier?, guest: Identifier?) -> Query {
        let answer = [0, 1, 3, 4, 5, 8, 9].contains(place) ? "YES" : place == 6 ? "NO" : "NONE"
        return Query(
            """
            insert into facilitation.meeting_invitation (msp_id, id, meeting_id, professional_id, guest_id, answer, answered_at, source)
            values ($1, $2, $3, $4, $5, $6, case when $6 <> 'NONE' then $7::timestamptz end, $8)
            """, .id(msp.id), .id(.derived(from: "demo.invitation.\(meeting).\(place)")), .id(meeting), .id(person), .id(guest),
            .text(answer),
            .instant(year.unit.now), .text(guest == nil ? "GROUP" : "PERSON"))
    }

    private func situation(_ slot: Slot, place: Int, meeting: Identifier, starts: Instant) -> [Query] {
        let code = CaseCode.text(prefix: msp.key, year: msp.today.year, number: slot.number)
        let id = Identifier.derived(from: "demo.case.\(msp.key).\(msp.today.year).\(slot.number)")
        let requester = year.team[slot.requester]
        var statements: [Query] = []
        // In January the situation that comes back has not been discussed yet: it is then one more that is new.
        statements.append(
            Query(
                """
                insert into facilitation.rcp_case as c (msp_id, id, case_code, consent, requester_id, theme, age_band, state)
                values ($1, $2, $3, $4, $5, $6, '80_PLUS', 'SCHEDULED')
                on conflict (msp_id, id) do update set state = 'SCHEDULED', closed_at = null, theme = excluded.theme,
                    consent = excluded.consent
                """, .id(msp.id), .id(id), .text(code), .text(slot.consent.rawValue), .id(requester), .text(slot.theme)))
        statements.append(
            Query(
                "insert into facilitation.meeting_case (msp_id, id, meeting_id, case_id, slot_min) values ($1, $2, $3, $4, 15)",
                .id(msp.id), .id(.derived(from: "demo.slot.\(meeting).\(place)")), .id(meeting), .id(id)))
        statements.append(
            Query(
                """
                insert into facilitation.agenda_item (msp_id, id, meeting_id, position, title, kind, presenter_id, planned_min, case_id)
                values ($1, $2, $3, $4, $5, 'CASE', $6, 15, $7)
                """, .id(msp.id), .id(.derived(from: "demo.item.\(meeting).\(place)")), .id(meeting), .int(place * 10 + 10),
                .text("\(code) – \(Codes.rcpTheme.label(slot.theme))"), .id(requester), .id(id)))
        return statements
    }
}
